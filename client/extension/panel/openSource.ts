import { commands, l10n, Range, Uri, ViewColumn, window, workspace } from 'vscode';
import type { PanelPlace } from '#protocol/panel.ts';
import { plainText } from './plainText.ts';
import { sourcePath } from './sourcePath.ts';

/** Where a place was chosen. */
export interface SourceOrigin {
  /** Folder that the trace's paths are relative to; absolute. */
  readonly root: string;
  /** Column of the panel, which stays as it is; `undefined`: chosen in a view of the side bar, so the active editor's place is taken. */
  readonly column: ViewColumn | undefined;
}

/** Shows the code at a place. What lies outside of the workspace is opened only when the user says so. */
export async function openSource(place: PanelPlace, { root, column }: SourceOrigin): Promise<void> {
  const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
  const found = await sourcePath(place.file, { root, folders });
  switch (found.kind) {
    case 'inside':
      return show(found.path, place, column);
    case 'outside':
      if (await isWanted(found.path)) await show(found.path, place, column);
      return;
    case 'missing':
    case 'unknown':
      return offerSearch(place);
    default:
      found satisfies never;
  }
}

async function show(file: string, { line, column }: PanelPlace, panel: ViewColumn | undefined): Promise<void> {
  const start = { line: Math.max(0, line - 1), character: Math.max(0, column - 1) };
  await window.showTextDocument(Uri.file(file), {
    viewColumn: columnBeside(panel),
    preview: true,
    ...(line === 0 ? {} : { selection: new Range(start.line, start.character, start.line, start.character) }),
  });
}

/** A column that shows code already, before a new one. */
function columnBeside(panel: ViewColumn | undefined): ViewColumn {
  if (panel === undefined) return ViewColumn.Active;
  const others = window.tabGroups.all.filter(({ viewColumn }) => viewColumn !== panel);
  return others[0]?.viewColumn ?? ViewColumn.Beside;
}

async function isWanted(file: string): Promise<boolean> {
  const open = l10n.t('Open Anyway');
  const text = l10n.t('{0} lies outside of the workspace.', plainText(file));
  return (await window.showWarningMessage(text, open)) === open;
}

/** Only the end of a path outside of the root is known, and a trace of another machine names what is elsewhere here. */
async function offerSearch({ file, line }: PanelPlace): Promise<void> {
  if (file === '' || file.startsWith('node:')) {
    await window.showInformationMessage(l10n.t('This place is not in the code of the project.'));
    return;
  }
  const search = l10n.t('Search File');
  const text = l10n.t('{0} is not below the folder of this trace.', plainText(file));
  if ((await window.showWarningMessage(text, search)) !== search) return;
  // Begins with a letter or digit: other first characters would ask for commands or symbols instead of files.
  const name = plainText(file.split(/[/\\]/).at(-1) ?? '').replace(/^[^\p{L}\p{N}]+/u, '');
  await commands.executeCommand('workbench.action.quickOpen', line === 0 ? name : `${name}:${line}`);
}
