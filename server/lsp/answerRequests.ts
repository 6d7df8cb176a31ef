import {
  asObject,
  explainRequest,
  fixAllKind,
  rulesRequest,
  type Explanation,
  type RuleSummary,
} from '#protocol/lsp.ts';
import type { CancellationToken, CodeAction, CodeActionParams } from 'vscode-languageserver';
import { fixAllAction, isWanted, quickFixes } from './codeActions.ts';
import { explanationOf, ruleSummaries } from './explain.ts';
import type { Session } from './session.ts';

/** Answers what the client asks: code actions, and what the rules are about. */
export function answerRequests(session: Session): void {
  const { connection } = session;
  connection.onCodeAction((params, token) => codeActions(session, params, token));
  connection.onRequest(explainRequest, (params: unknown): Explanation | null => {
    const { ruleId } = asObject(params);
    return explanationOf(typeof ruleId === 'string' ? ruleId : '') ?? null;
  });
  connection.onRequest(rulesRequest, (): readonly RuleSummary[] => ruleSummaries());
}

async function codeActions(
  session: Session,
  params: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[]> {
  const { textDocument, context } = params;
  const [fixes, all] = await Promise.all([
    isWanted('quickfix', context.only) ? fixesAt(session, params, token) : [],
    isWanted(fixAllKind, context.only) ? allFixes(session, textDocument.uri, token) : [],
  ]);
  return [...fixes, ...all];
}

async function fixesAt(
  session: Session,
  { textDocument: { uri }, range, context }: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[]> {
  const file = session.checks.pathOf(uri);
  // Without one of our squiggles there is nothing to offer, and the light bulb asks at every move of the cursor.
  const shown = context.diagnostics.filter(({ source }) => source === 'rubato');
  if (file === undefined || shown.length === 0) return [];
  const result = await session.analyzer.fix(file, range, token);
  return quickFixes(uri, result?.fixes ?? [], shown, session.options.canExplainRule);
}

async function allFixes(session: Session, uri: string, token: CancellationToken): Promise<CodeAction[]> {
  const file = session.checks.pathOf(uri);
  if (file === undefined) return [];
  const result = await session.analyzer.fixAll(file, token);
  return fixAllAction(uri, result?.edits ?? []);
}
