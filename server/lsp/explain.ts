import { documentedRules, rulePage } from '#analysis/rulePage.ts';
import { rules } from '#analysis/rules/index.ts';
import type { Explanation, RuleSummary } from '#protocol/lsp.ts';

const documented = documentedRules(rules);

/** Everything that findings can name, sorted by id. */
export function ruleSummaries(): readonly RuleSummary[] {
  return documented.map(({ id, summary }) => ({ id, summary }));
}

/** A rule's page; `undefined` when there is no such rule. */
export function explanationOf(ruleId: string): Explanation | undefined {
  const rule = documented.find(({ id }) => id === ruleId);
  return rule === undefined ? undefined : { markdown: rulePage(rule) };
}
