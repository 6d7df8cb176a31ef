import { compareText, type Severity } from './finding.ts';
import type { OptionSpec, Rule } from './rule.ts';

/** What a page tells of a rule. */
export interface DocumentedRule extends Pick<Rule, 'id' | 'severity' | 'summary' | 'rationale' | 'hint' | 'limits'> {
  readonly examples?: Rule['examples'];
  readonly options?: Rule['options'];
  /** `false` when no comment can suppress it. */
  readonly isSuppressible?: boolean;
}

/** Where the project lives. */
export const projectUrl = 'https://github.com/rubato-analysis/rubato';

/** Address of a rule's page. */
export function ruleUrl(ruleId: string): string {
  return `${projectUrl}/blob/main/docs/rules/${ruleId}.md`;
}

/** Findings that come from no rule of the registry: documented and configured like one. */
export const unusedSuppressionRule: DocumentedRule & { readonly severity: Severity } = {
  id: 'unused-suppression',
  severity: 'warning',
  summary: 'A suppression comment suppresses nothing.',
  rationale:
    'The code it stood for has been repaired or has moved; left in place, it would hide the next finding there.',
  hint: 'Remove the suppression.',
  limits: [
    'Rules that are off are not counted: nobody knows what they would have found.',
    'Files that could be judged only partly are left alone.',
  ],
  isSuppressible: false,
};

/** Everything that has a page, sorted by id. */
export function documentedRules(rules: readonly Rule[]): readonly DocumentedRule[] {
  return [...rules, unusedSuppressionRule].toSorted((a, b) => compareText(a.id, b.id));
}

/** A rule's page in Markdown: what `rubato explain`, the editor and the documentation show. Ends with a line break. */
export function rulePage(rule: DocumentedRule): string {
  return `# ${rule.id}\n\n${ruleHelp(rule)}\n`;
}

/** The page without its title. */
export function ruleHelp(rule: DocumentedRule): string {
  const { bad = [], good = [] } = rule.examples?.typescript ?? {};
  return [
    `${rule.summary} ${rule.rationale}`,
    `**Repair:** ${rule.hint}`,
    `Default severity: ${rule.severity}.`,
    ...section('Wrong', bad.map(codeBlock)),
    ...section('Right', good.map(codeBlock)),
    ...section('Options', Object.entries(rule.options ?? {}).length === 0 ? [] : [optionList(rule.options ?? {})]),
    ...section(
      'Not reported on purpose',
      rule.limits.length === 0 ? [] : [rule.limits.map((limit) => `- ${limit}`).join('\n')],
    ),
    ...section('Settings', settings(rule)),
  ].join('\n\n');
}

/** In two or three sentences, as plain text. */
export function ruleHelpText({ summary, rationale, hint }: DocumentedRule): string {
  return `${summary} ${rationale} ${hint}`;
}

function section(title: string, paragraphs: readonly string[]): readonly string[] {
  return paragraphs.length === 0 ? [] : [`## ${title}`, ...paragraphs];
}

function codeBlock(snippet: string): string {
  return `\`\`\`ts\n${snippet.trim()}\n\`\`\``;
}

function optionList(specs: Readonly<Record<string, OptionSpec>>): string {
  const items = Object.entries(specs).map(([name, { description, default: value, values }]) => {
    const allowed = values === undefined ? '' : ` One of ${values.map((each) => `\`"${each}"\``).join(', ')}.`;
    return `- \`${name}\`, by default \`${JSON.stringify(value)}\`: ${description}${allowed}`;
  });
  return items.join('\n');
}

function settings({ id, options = {}, isSuppressible = true }: DocumentedRule): readonly string[] {
  const [option] = Object.entries(options);
  const configured =
    option === undefined ? '"off"' : `["error", ${JSON.stringify({ [option[0]]: option[1].default })}]`;
  const file = `In \`rubato.jsonc\`:\n\n\`\`\`jsonc\n{ "rules": { "${id}": ${configured} } }\n\`\`\``;
  const place = `At one place:\n\n\`\`\`ts\n// rubato-ignore-next-line ${id} -- why this is right\n\`\`\``;
  return isSuppressible ? [file, place] : [file];
}
