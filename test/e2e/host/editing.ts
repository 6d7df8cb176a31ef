import { strict as assert } from 'node:assert';
import {
  commands,
  languages,
  Range,
  Uri,
  window,
  workspace,
  WorkspaceEdit,
  type CodeAction,
  type CodeActionKind,
  type Diagnostic,
  type TextDocument,
} from 'vscode';

/** Longest time a finding may take to appear on a busy machine, in ms. */
const patienceMs = 60_000;

/**
 * On a busy machine the window sometimes gives up its first read of the workspace file and opens without folders; when the file
 * changes, it reads it again.
 */
export async function waitForFolders(): Promise<void> {
  const file = workspace.workspaceFile;
  assert(file !== undefined, 'The window has a workspace file');
  if (workspace.workspaceFolders?.length !== 2) {
    const text = Buffer.from(await workspace.fs.readFile(file)).toString();
    await workspace.fs.writeFile(file, Buffer.from(`${text}\n`));
  }
  await waitUntil(
    (check) => workspace.onDidChangeWorkspaceFolders(check),
    () => workspace.workspaceFolders?.length === 2,
    () => `the workspace has ${workspace.workspaceFolders?.length ?? 0} folders`,
  );
}

/** A file of the opened workspace, by its folder's name and the path inside. */
export function fileUri(folder: string, path: string): Uri {
  const root = workspace.workspaceFolders?.find(({ name }) => name === folder);
  assert(root !== undefined, `The workspace has no folder ${folder}`);
  return Uri.joinPath(root.uri, path);
}

/** Opens a file in an editor of its own: a preview would give way to the next one, and a document without editor is closed some time. */
export async function openFile(folder: string, path: string): Promise<TextDocument> {
  const document = await workspace.openTextDocument(fileUri(folder, path));
  await window.showTextDocument(document, { preview: false });
  return document;
}

/** Findings of Rubato in a document now. */
export function findingsOf(uri: Uri): readonly Diagnostic[] {
  return languages.getDiagnostics(uri).filter(({ source }) => source === 'rubato');
}

/** Id of the rule that a finding names. */
export function ruleOf({ code }: Diagnostic): string {
  return typeof code === 'object' ? String(code.value) : String(code);
}

/** Waits until the findings of a document fit, driven by the editor's own events; fails with what is there instead. */
export async function waitForFindings(
  uri: Uri,
  fits: (findings: readonly Diagnostic[]) => boolean,
): Promise<readonly Diagnostic[]> {
  await waitUntil(
    (check) => languages.onDidChangeDiagnostics(check),
    () => fits(findingsOf(uri)),
    () => {
      const seen = findingsOf(uri).map(
        (finding) => `${finding.range.start.line + 1}: ${ruleOf(finding)} ${finding.message}`,
      );
      return `findings of ${uri.path}: ${seen.length === 0 ? 'none' : `\n${seen.join('\n')}`}`;
    },
  );
  return findingsOf(uri);
}

/** Waits for a condition that can only change with an event. */
export async function waitUntil(
  subscribe: (check: () => void) => { dispose(): unknown },
  isTrue: () => boolean,
  describe: () => string,
): Promise<void> {
  if (isTrue()) return;
  await new Promise<void>((resolve, reject) => {
    const subscription = subscribe(() => {
      if (isTrue()) finish(resolve);
    });
    const timer = setTimeout(() => finish(() => reject(new Error(`Waited in vain; ${describe()}`))), patienceMs);
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      subscription.dispose();
      settle();
    };
  });
}

/** Replaces the first occurrence of a piece of text in the buffer, without saving. */
export async function replaceText(document: TextDocument, text: string, replacement: string): Promise<void> {
  const start = document.getText().indexOf(text);
  assert(start >= 0, `${document.uri.path} does not contain ${text}`);
  const edit = new WorkspaceEdit();
  edit.replace(
    document.uri,
    new Range(document.positionAt(start), document.positionAt(start + text.length)),
    replacement,
  );
  assert(await workspace.applyEdit(edit));
}

/** Gives a document the text it has on disk again. */
export async function revert(document: TextDocument): Promise<void> {
  await window.showTextDocument(document);
  await commands.executeCommand('workbench.action.files.revert');
}

/** Asks for code actions until the wanted one is among them: other providers cancel the first answers while they start. */
export async function waitForAction(uri: Uri, range: Range, kind: CodeActionKind, title: RegExp): Promise<CodeAction> {
  const end = Date.now() + patienceMs;
  let seen: readonly string[] = [];
  while (Date.now() < end) {
    const actions = await askForActions(uri, range, kind);
    const found = actions.find((action) => title.test(action.title));
    if (found !== undefined) return found;
    seen = actions.map((action) => action.title);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No action ${title}; there are: ${seen.join(', ')}`);
}

export async function askForActions(uri: Uri, range: Range, kind: CodeActionKind): Promise<readonly CodeAction[]> {
  try {
    return (
      (await commands.executeCommand<CodeAction[] | undefined>(
        'vscode.executeCodeActionProvider',
        uri,
        range,
        kind.value,
      )) ?? []
    );
  } catch (error) {
    if (String(error).includes('Canceled')) return [];
    throw error;
  }
}
