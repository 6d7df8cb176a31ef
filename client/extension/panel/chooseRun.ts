import path from 'node:path';
import { l10n, QuickPickItemKind, window, workspace, type QuickPickItem, type Uri } from 'vscode';
import type { RunManifest } from '#protocol/runFolder.ts';
import type { Run } from '../runs/contracts.ts';
import { plainText } from './plainText.ts';

interface TraceItem extends QuickPickItem {
  /** Absent: a file is to be chosen. */
  readonly trace?: string;
}

/** Lets the user choose among runs and files. Returns a path for `TraceSource`. */
export async function chooseTrace(runs: readonly Run[], placeHolder: string): Promise<string | undefined> {
  const items: readonly TraceItem[] = [
    ...runs.map((run) => itemOf(run)),
    { label: '', kind: QuickPickItemKind.Separator },
    { label: `$(folder-opened) ${l10n.t('Trace file…')}` },
  ];
  const choice = await window.showQuickPick(items, { placeHolder, matchOnDescription: true, matchOnDetail: true });
  return choice === undefined ? undefined : (choice.trace ?? (await chooseTraceFile())?.fsPath);
}

/** Asks for a file that holds a trace. */
export async function chooseTraceFile(): Promise<Uri | undefined> {
  const folder = workspace.workspaceFolders?.[0]?.uri;
  const chosen = await window.showOpenDialog({
    title: l10n.t('Open Recorded Trace'),
    filters: { [l10n.t('Rubato traces')]: ['rubato', 'segment'] },
    ...(folder === undefined ? {} : { defaultUri: folder }),
  });
  return chosen?.[0];
}

function itemOf({ folder, root, manifest, isAlive }: Run): TraceItem {
  const place = workspace.asRelativePath(root, true);
  return {
    label: `$(${isAlive ? 'pulse' : 'history'}) ${plainText(manifest.command)}`,
    description: [ageOf(manifest.startedAt, Date.now()), isAlive ? l10n.t('running') : endOf(manifest)].join(' · '),
    detail: plainText(place === root ? path.basename(root) : place),
    trace: folder,
  };
}

function ageOf(time: number, now: number): string {
  const minutes = Math.max(0, Math.floor((now - time) / 60_000));
  if (minutes < 1) return l10n.t('just now');
  if (minutes < 60) return l10n.t('{0} min ago', minutes);
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? l10n.t('{0} h ago', hours) : l10n.t('{0} days ago', Math.floor(hours / 24));
}

function endOf({ exitCode, signal, endedAt }: RunManifest): string {
  if (signal !== undefined) return l10n.t('ended by {0}', plainText(signal));
  if (exitCode !== undefined) return l10n.t('exit code {0}', exitCode);
  return endedAt === undefined ? l10n.t('did not end in order') : l10n.t('ended');
}
