import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { commands, l10n, window, workspace, type LogOutputChannel, type Uri, type WorkspaceFolder } from 'vscode';
import type { Reader, Runs } from '../runs/contracts.ts';
import type { LivingRuns } from './livingRuns.ts';
import { askNode, isNewEnough } from './nodeProgram.ts';
import { terminalVariables } from './terminalVariables.ts';

/** What every way to start a trace needs. */
export interface LaunchContext {
  readonly runs: Runs;
  readonly reader: Reader;
  readonly log: LogOutputChannel;
  readonly living: LivingRuns;
  /** Path of the command `rubato`, cli.js. */
  readonly cli: string;
  /** Path of hook.cjs. */
  readonly hook: string;
}

/** Where something is run, and what belongs to it. */
export interface Place {
  /** Absent for a file without a workspace. */
  readonly workspaceFolder: WorkspaceFolder | undefined;
  /** Files below it are the program's own; absolute. */
  readonly root: string;
}

/** The workspace folder of a file, the only or first one without a file; `undefined` when there is none. */
export function placeOf(uri: Uri | undefined): Place | undefined {
  const folder = uri === undefined ? workspace.workspaceFolders?.[0] : workspace.getWorkspaceFolder(uri);
  if (folder !== undefined) return { workspaceFolder: folder, root: folder.uri.fsPath };
  return uri === undefined ? undefined : { workspaceFolder: undefined, root: path.dirname(uri.fsPath) };
}

/** A root as the hook compares it: without links, forward slashes. */
export async function realRoot(root: string): Promise<string> {
  return (await realpath(root)).replaceAll('\\', '/');
}

/** A Node that traces, with the version where it told one. */
export interface UsableNode {
  readonly node: string;
  readonly version?: string;
}

/** The Node of the setting, asked in the environment of terminals; `undefined` when the user was told why there is none. */
export async function usableNode(uri: Uri | undefined): Promise<UsableNode | undefined> {
  const chosen = workspace.getConfiguration('rubato', uri).get<string>('run.node', '').trim();
  const node = chosen === '' ? 'node' : chosen;
  const program = await askNode(node, { ...process.env, ...terminalEnvironment(uri) });
  switch (program.kind) {
    case 'found':
      if (isNewEnough(program.version)) return { node, version: program.version };
      return tellNode(l10n.t('{0} is Node {1}. A trace needs Node 20.19 or later.', node, program.version));
    case 'missing':
      return tellNode(l10n.t('There is no program {0} on the path. Say in the settings which Node to use.', node));
    case 'unknown':
      // Perhaps slow, perhaps a wrapper: the terminal will show what it does.
      return { node };
    default:
      return program satisfies never;
  }
}

async function tellNode(message: string): Promise<undefined> {
  const choice = await window.showErrorMessage(message, l10n.t('Open Settings'));
  if (choice !== undefined) await commands.executeCommand('workbench.action.openSettings', 'rubato.run.node');
  return undefined;
}

/** Variables that the user's settings give to terminals. */
export function terminalEnvironment(uri: Uri | undefined): Readonly<Record<string, string>> {
  const setting = workspace.getConfiguration('terminal.integrated', uri).get<unknown>(`env.${systemName()}`);
  return terminalVariables(setting, { env: process.env, folder: placeOf(uri)?.workspaceFolder?.uri.fsPath });
}

/** As settings name it. */
function systemName(): string {
  if (process.platform === 'win32') return 'windows';
  return process.platform === 'darwin' ? 'osx' : 'linux';
}
