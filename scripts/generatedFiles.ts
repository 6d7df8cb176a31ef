import { blockingApis, type BlockingApi } from '#analysis/catalog/blockingApis.ts';
import { compareText } from '#analysis/finding.ts';
import { documentedRules, rulePage, type DocumentedRule } from '#analysis/rulePage.ts';
import { rules } from '#analysis/rules/index.ts';
import { configurationSchema } from '#workspace/configurationSchema.ts';

/** Files made from the rules, by path from the root of the repository. The one list for writing them and for checking them. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const documented = documentedRules(rules);
  const pages = documented.map((rule) => [`docs/rules/${rule.id}.md`, note + rulePage(rule)] as const);
  return new Map([
    ...pages,
    ['docs/rules/README.md', note + overview(documented)],
    ['docs/blocking-calls.md', `${note}${blockingCalls()}`],
    ['schemas/rubato.schema.json', toJson(fileSchema())],
    ['schemas/package.schema.json', toJson(packageSchema)],
  ]);
}

const note = '<!-- Made from the rules by `npm run generate`; do not edit. -->\n\n';

function overview(documented: readonly DocumentedRule[]): string {
  const rows = documented
    .toSorted((a, b) => compareText(a.id, b.id))
    .map(({ id, severity, summary }) => `| [${id}](${id}.md) | ${severity} | ${summary.replaceAll('|', '\\|')} |`);
  return `# Rules\n\n| Rule | Severity | What it reports |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
}

/** The table behind `blocking-call`. */
function blockingCalls(): string {
  const rows = blockingApis.map((api) => `| \`${api.module}\` | \`${api.name}\` | ${api.cost} | ${replacement(api)} |`);
  const head = '| Module | Call | Cost | Instead |\n| --- | --- | --- | --- |';
  return `# Blocking calls\n\nThe calls that [blocking-call](rules/blocking-call.md) knows.\nA short call asks the file system one question; a long one takes as long as its input is large.\n\n${head}\n${rows.join('\n')}\n`;
}

function replacement({ twin, advice }: BlockingApi): string {
  return twin === undefined ? (advice ?? '') : `\`${twin.name}\` of \`${twin.module}\``;
}

/** Schema of a whole `rubato.jsonc`, as editors read it. */
function fileSchema(): object {
  const format = { $schema: 'http://json-schema.org/draft-07/schema#', allowComments: true, allowTrailingCommas: true };
  return { ...format, title: 'Configuration of Rubato', ...configurationSchema(rules) };
}

/** Of package.json only our key; editors put it beside the other schemas of that file. */
const packageSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: { rubato: { $ref: './rubato.schema.json' } },
};

function toJson(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
