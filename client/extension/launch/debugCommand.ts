import path from 'node:path';
import {
  debug,
  l10n,
  QuickPickItemKind,
  Uri,
  window,
  workspace,
  type DebugConfiguration,
  type QuickPickItem,
  type WorkspaceFolder,
} from 'vscode';
import { isRunnableName } from './fileWords.ts';
import { placeOf } from './launchContext.ts';
import { packageAround } from './packages.ts';
import { traceProperty } from './tracedDebug.ts';

interface Debuggable extends QuickPickItem {
  readonly folder?: WorkspaceFolder | undefined;
  readonly config?: DebugConfiguration;
}

/** `rubato.debug`: a file that was pointed at, else the active file or a launch configuration for Node, as the user chooses. */
export async function debugWithTrace(given: unknown): Promise<void> {
  const items = given instanceof Uri ? await fileItems(given) : await debuggables();
  const [first] = items;
  if (first === undefined)
    return void window.showInformationMessage(
      l10n.t('Open a JavaScript or TypeScript file, or add a launch configuration for Node to launch.json.'),
    );
  const placeHolder = l10n.t('What to debug with trace');
  const chosen = items.length === 1 ? first : await window.showQuickPick(items, { placeHolder });
  if (chosen?.config === undefined) return;
  await debug.startDebugging(chosen.folder, { ...chosen.config, [traceProperty]: true });
}

async function debuggables(): Promise<readonly Debuggable[]> {
  const file = window.activeTextEditor?.document.uri;
  const files = file === undefined ? [] : await fileItems(file);
  return [...files, ...(workspace.workspaceFolders ?? []).flatMap(launchItems)];
}

async function fileItems(uri: Uri): Promise<readonly Debuggable[]> {
  const place = placeOf(uri);
  if (place === undefined || uri.scheme !== 'file' || !isRunnableName(uri.fsPath)) return [];
  const cwd = (await packageAround(path.dirname(uri.fsPath), place.root))?.folder ?? place.root;
  const name = path.basename(uri.fsPath);
  const config: DebugConfiguration = { type: 'node', request: 'launch', name, program: uri.fsPath, cwd };
  return [{ label: name, description: l10n.t('this file'), folder: place.workspaceFolder, config }];
}

function launchItems(folder: WorkspaceFolder): readonly Debuggable[] {
  const all = workspace.getConfiguration('launch', folder).get<unknown>('configurations');
  const items = (Array.isArray(all) ? all : [])
    .filter(isNodeLaunch)
    .map((config) => ({ label: config.name, folder, config }));
  return items.length === 0 ? [] : [{ label: folder.name, kind: QuickPickItemKind.Separator }, ...items];
}

function isNodeLaunch(value: unknown): value is DebugConfiguration {
  if (typeof value !== 'object' || value === null) return false;
  const { type, request, name } = { type: '', request: '', name: '', ...value };
  return ['node', 'pwa-node'].includes(type) && request === 'launch' && typeof name === 'string' && name !== '';
}
