import { CodeAction, l10n, workspace, type Command, type Uri } from 'vscode';
import { languages } from '../languages.ts';

/**
 * Disables actions that would change a file with unsaved changes which the server reads from disk, such as `rubato.jsonc`: the places of
 * their edits are those of the saved text.
 */
export function disableUnsavedEdits<Action extends Command | CodeAction>(
  actions: readonly Action[] | null | undefined,
): Action[] | undefined {
  return actions?.map((action) => {
    const unsaved = filesOf(action).find(isUnsaved);
    if (unsaved === undefined || !(action instanceof CodeAction)) return action;
    const reason = l10n.t('{0} has unsaved changes', workspace.asRelativePath(unsaved));
    return Object.assign(action, { disabled: { reason } });
  });
}

function filesOf(action: Command | CodeAction): readonly Uri[] {
  return action instanceof CodeAction ? (action.edit?.entries() ?? []).map(([uri]) => uri) : [];
}

function isUnsaved(file: Uri): boolean {
  return workspace.textDocuments.some(
    ({ uri, isDirty, languageId }) => isDirty && !languages.includes(languageId) && uri.toString() === file.toString(),
  );
}
