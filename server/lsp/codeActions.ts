import { explainRuleCommand, fixAllKind } from '#protocol/lsp.ts';
import type { CodeAction, Diagnostic, TextEdit } from 'vscode-languageserver';
import type { OfferedFix } from './jobs.ts';

/** The kinds offered, for the server's capabilities. */
export const offeredKinds: readonly string[] = ['quickfix', fixAllKind];

/** Whether the client wants actions of this kind: kinds are prefixes, and no filter means everything but source actions. */
export function isWanted(kind: string, only: readonly string[] | undefined): boolean {
  if (only === undefined) return !kind.startsWith('source.');
  return only.some((wanted) => wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`));
}

/**
 * Quick fixes in the order of the menu: fixes of each finding, the first safe one preferred; then explanations, then suppressions.
 * `shown` are the diagnostics as the client holds them: an action that names one of these appears under its squiggle.
 */
export function quickFixes(
  uri: string,
  fixes: readonly OfferedFix[],
  shown: readonly Diagnostic[],
  canExplain: boolean,
): CodeAction[] {
  const offered = fixes.map((fix) => ({
    ...fix,
    diagnostic: shown.find((each) => isSame(each, fix.diagnostic)) ?? fix.diagnostic,
  }));
  const preferred = offered.find(({ kind }) => kind === 'safe') ?? offered.find(({ kind }) => kind === 'suggestion');
  const [repairs, suppressions] = [
    offered.filter((fix) => fix.kind !== 'suppression'),
    offered.filter((fix) => fix.kind === 'suppression'),
  ];
  return [
    ...repairs.map((fix) => toAction(uri, fix, fix === preferred)),
    ...(canExplain ? explanations(offered.map((fix) => fix.diagnostic)) : []),
    ...suppressions.map((fix) => toAction(uri, fix, false)),
  ];
}

/** One action with all safe fixes of the file; nothing when there is nothing to fix. */
export function fixAllAction(uri: string, edits: readonly TextEdit[]): CodeAction[] {
  if (edits.length === 0) return [];
  return [{ title: 'Fix all safe Rubato findings', kind: fixAllKind, edit: { changes: { [uri]: [...edits] } } }];
}

function toAction(uri: string, { title, diagnostic, edits }: OfferedFix, isPreferred: boolean): CodeAction {
  return { title, kind: 'quickfix', diagnostics: [diagnostic], isPreferred, edit: { changes: { [uri]: [...edits] } } };
}

function explanations(diagnostics: readonly Diagnostic[]): CodeAction[] {
  const byRule = new Map(diagnostics.map((diagnostic) => [String(diagnostic.code), diagnostic]));
  return [...byRule].map(([ruleId, diagnostic]) => {
    const title = `Explain rule ${ruleId}`;
    return {
      title,
      kind: 'quickfix',
      diagnostics: [diagnostic],
      command: { title, command: explainRuleCommand, arguments: [ruleId] },
    };
  });
}

function isSame(a: Diagnostic, b: Diagnostic): boolean {
  return (
    a.code === b.code &&
    a.message === b.message &&
    a.range.start.line === b.range.start.line &&
    a.range.start.character === b.range.start.character
  );
}
