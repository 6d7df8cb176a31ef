import type { OptionSpec, Rule } from './rule.ts';

/** A rule's whole page in Markdown: what `rubato explain` and the documentation show. Ends with a line break. */
export function rulePage(rule: Rule): string {
  const facts = [`Severity: ${rule.severity}.`, `Languages: ${rule.languages.join(', ')}.`].join(' ');
  return `${[`# ${rule.id}`, facts, ruleHelp(rule), ...options(rule.options ?? {})].join('\n\n')}\n`;
}

export type ExplainedRule = Pick<Rule, 'id' | 'summary' | 'rationale' | 'hint' | 'limits' | 'examples'>;

/** A rule's page in Markdown, without a title: what is wrong, why it matters, how to repair it, examples, limits. */
export function ruleHelp(rule: ExplainedRule): string {
  return [
    rule.summary,
    rule.rationale,
    `**Repair:** ${rule.hint}`,
    ...examples('Wrong', rule.examples.typescript?.bad ?? []),
    ...examples('Right', rule.examples.typescript?.good ?? []),
    ...limits(rule.limits),
    `Suppress it at one place with \`// rubato-ignore-next-line ${rule.id} -- why\`.`,
  ].join('\n\n');
}

/** The same in short, as plain text. */
export function ruleHelpText({ summary, rationale, hint }: ExplainedRule): string {
  return `${summary} ${rationale} ${hint}`;
}

function examples(title: string, snippets: readonly string[]): readonly string[] {
  return snippets.length === 0
    ? []
    : [`**${title}:**`, ...snippets.map((snippet) => `\`\`\`ts\n${snippet.trim()}\n\`\`\``)];
}

function limits(texts: readonly string[]): readonly string[] {
  return texts.length === 0 ? [] : ['**Not reported on purpose:**', texts.map((text) => `- ${text}`).join('\n')];
}

function options(specs: Readonly<Record<string, OptionSpec>>): readonly string[] {
  const entries = Object.entries(specs);
  if (entries.length === 0) return [];
  const rows = entries.map(([name, { description, default: value, values }]) => {
    const allowed = values === undefined ? '' : ` One of ${values.map((each) => `\`"${each}"\``).join(', ')}.`;
    return `- \`${name}\`, by default \`${JSON.stringify(value)}\`: ${description}${allowed}`;
  });
  return ['**Options:**', rows.join('\n')];
}
