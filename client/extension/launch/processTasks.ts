import { spawn } from 'node:child_process';
import path from 'node:path';
import { l10n, ProgressLocation, window, type CancellationToken, type QuickPickItem } from 'vscode';
import { plainText } from '../panel/plainText.ts';
import { placeOf, terminalEnvironment, usableNode, type LaunchContext } from './launchContext.ts';
import { nodeProcesses } from './nodeProcesses.ts';
import { askedSeconds } from './psOutput.ts';
import type { TaskTrees } from './taskTrees.ts';

/** `rubato.processTasks`: what a running process waits for, by `rubato ps`. */
export async function processTasks(ctx: LaunchContext, trees: TaskTrees, given: unknown): Promise<void> {
  const pid = typeof given === 'number' ? given : await choosePid();
  const node = pid === undefined ? undefined : await usableNode(undefined);
  if (pid === undefined || node === undefined) return;
  const look: Look = { node: node.node, cli: ctx.cli, cwd: placeOf(undefined)?.root ?? path.dirname(ctx.cli), pid };
  const text = await lookAt(look);
  if (text !== undefined) await trees.show(pid, text, look.cwd);
}

interface PidItem extends QuickPickItem {
  readonly pid?: number;
}

/** From a list of the user's Node processes; a typed number counts, too: not every system lists all of them. */
async function choosePid(): Promise<number | undefined> {
  const pick = window.createQuickPick<PidItem>();
  pick.placeholder = l10n.t('Process whose async tasks to show, or type its id');
  pick.matchOnDescription = true;
  pick.busy = true;
  const items: PidItem[] = [];
  const typed = (): void => {
    const pid = /^\d+$/.test(pick.value) ? Number(pick.value) : undefined;
    const isListed = items.some((item) => item.pid === pid);
    pick.items =
      pid === undefined || isListed
        ? items
        : [...items, { label: String(pid), description: l10n.t('process id'), pid }];
  };
  const chosen = new Promise<number | undefined>((resolve) => {
    pick.onDidChangeValue(typed);
    pick.onDidAccept(() => resolve(pick.selectedItems[0]?.pid));
    pick.onDidHide(() => resolve(undefined));
  });
  pick.show();
  items.push(...(await nodeProcesses()).map(({ pid, command }) => ({ label: String(pid), description: command, pid })));
  pick.busy = false;
  typed();
  const pid = await chosen;
  pick.dispose();
  return pid;
}

interface Look {
  readonly node: string;
  readonly cli: string;
  readonly cwd: string;
  readonly pid: number;
}

/** Looks, asks first when that would stop the process for long. `undefined`: the user was told why not, or did not want it. */
async function lookAt(look: Look): Promise<string | undefined> {
  const first = await withProgress(look, []);
  const seconds = first?.code === 2 ? askedSeconds(first.errors) : undefined;
  if (first === undefined || seconds === undefined) return first && resultOf(first);
  const go = l10n.t('Stop and Look');
  const detail = l10n.t('Its memory has to be read while it stands still. It goes on by itself afterwards.');
  const message = l10n.t('Process {0} will stand still for about {1} s.', look.pid, seconds);
  if ((await window.showWarningMessage(message, { modal: true, detail }, go)) !== go) return undefined;
  const second = await withProgress(look, ['--yes']);
  return second && resultOf(second);
}

function resultOf({ code, output, errors }: Ended): string | undefined {
  if (code === 0) return output;
  const reason = plainText(errors.trim().split('\n').at(-1) ?? '');
  void window.showErrorMessage(reason === '' ? l10n.t('The process could not be looked into.') : reason);
  return undefined;
}

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

async function withProgress(look: Look, flags: readonly string[]): Promise<Ended | undefined> {
  const title = l10n.t('Looking at the async tasks of process {0}', look.pid);
  return window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (_, cancel) =>
    runPs(look, flags, cancel),
  );
}

/** `undefined` when it was canceled; the command lets the process go then. */
function runPs(
  { node, cli, cwd, pid }: Look,
  flags: readonly string[],
  cancel: CancellationToken,
): Promise<Ended | undefined> {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [cli, 'ps', String(pid), ...flags], {
      cwd,
      // Where that Node was found.
      env: { ...process.env, ...terminalEnvironment(undefined) },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.once('error', reject);
    child.once('close', (code) => resolve(cancel.isCancellationRequested ? undefined : { code, output, errors }));
    cancel.onCancellationRequested(() => child.kill('SIGINT'));
  });
}
