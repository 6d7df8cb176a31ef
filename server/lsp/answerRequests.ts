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
import { disableRules } from './disableRules.ts';
import { explanationOf, ruleSummaries } from './explain.ts';
import type { ServedClient } from './servedClient.ts';

/** Answers what the client asks: code actions, and what the rules are about. */
export function answerRequests(client: ServedClient): void {
  const { connection } = client;
  connection.onCodeAction((params, token) => codeActions(client, params, token));
  connection.onRequest(explainRequest, (params: unknown): Explanation | null => {
    const { ruleId } = asObject(params);
    return explanationOf(typeof ruleId === 'string' ? ruleId : '') ?? null;
  });
  connection.onRequest(rulesRequest, (): readonly RuleSummary[] => ruleSummaries());
}

async function codeActions(
  client: ServedClient,
  params: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[]> {
  const { textDocument, context } = params;
  const [fixes, all] = await Promise.all([
    isWanted('quickfix', context.only) ? fixesAt(client, params, token) : [],
    isWanted(fixAllKind, context.only) ? allFixes(client, textDocument.uri, token) : [],
  ]);
  return [...fixes, ...all];
}

async function fixesAt(
  client: ServedClient,
  { textDocument: { uri }, range, context }: CodeActionParams,
  token: CancellationToken,
): Promise<CodeAction[]> {
  const file = client.checks.pathOf(uri);
  // Without one of our squiggles there is nothing to offer, and the light bulb asks at every move of the cursor.
  const shown = context.diagnostics.filter(({ source }) => source === 'rubato');
  if (file === undefined || shown.length === 0) return [];
  const [result, disablings] = await Promise.all([
    client.analyzer.fix(file, range, token),
    disableRules(client, file, shown),
  ]);
  return [...quickFixes(uri, result?.fixes ?? [], shown, client.options.canExplainRule), ...disablings];
}

async function allFixes(client: ServedClient, uri: string, token: CancellationToken): Promise<CodeAction[]> {
  const file = client.checks.pathOf(uri);
  if (file === undefined) return [];
  const result = await client.analyzer.fixAll(file, token);
  return fixAllAction(uri, result?.edits ?? []);
}
