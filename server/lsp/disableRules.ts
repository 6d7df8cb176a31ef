import type { FilePath } from '#analysis/finding.ts';
import { textLines } from '#analysis/textLines.ts';
import { nameOf, parentOf } from '#workspace/paths.ts';
import { switchOffRule, type ConfigurationChange } from '#workspace/switchOffRule.ts';
import type { CodeAction, Diagnostic, WorkspaceEdit } from 'vscode-languageserver';
import { toRange } from './diagnostics.ts';
import { uriOfPath } from './fileUris.ts';
import type { ServedClient } from './servedClient.ts';

/**
 * For each rule among the diagnostics, the action that switches it off in the configuration of the file. Not offered where the editor's
 * own setting for the rule would win, and outside of workspace folders.
 */
export async function disableRules(
  client: ServedClient,
  file: FilePath,
  shown: readonly Diagnostic[],
): Promise<CodeAction[]> {
  const { root, rules } = client.folderSettings(file);
  if (root === undefined) return [];
  const byRule = new Map(shown.map((diagnostic) => [String(diagnostic.code), diagnostic]));
  const free = [...byRule].filter(([ruleId]) => rules[ruleId] === undefined);
  const actions = await Promise.all(
    free.map(async ([ruleId, diagnostic]): Promise<CodeAction[]> => {
      const change = await switchOffRule(ruleId, { folder: parentOf(file), root });
      const edit = change === undefined ? undefined : editOf(client, change);
      if (change === undefined || edit === undefined) return [];
      const title = `Disable rule ${ruleId} in ${nameOf(change.file)}`;
      return [{ title, kind: 'quickfix', diagnostics: [diagnostic], edit }];
    }),
  );
  return actions.flat();
}

/** `undefined`: the client cannot make files. */
function editOf({ capabilities }: ServedClient, { file, text, edits }: ConfigurationChange): WorkspaceEdit | undefined {
  const [uri, lines] = [uriOfPath(file), textLines(text ?? '')];
  const written = edits.map(({ range, newText }) => ({ range: toRange(lines, range), newText }));
  if (text !== undefined) return { changes: { [uri]: written } };
  const can = capabilities.workspace?.workspaceEdit;
  if (can?.documentChanges !== true || can.resourceOperations?.includes('create') !== true) return undefined;
  return {
    documentChanges: [
      { kind: 'create', uri, options: { ignoreIfExists: true } },
      { textDocument: { uri, version: null }, edits: written },
    ],
  };
}
