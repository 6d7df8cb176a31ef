import { l10n, window, type QuickPickItem } from 'vscode';
import type { Run } from '../runs/contracts.ts';
import type { LaunchContext } from './launchContext.ts';
import { listens } from '#runs/processMarks.ts';
import { runState } from '#runs/runState.ts';

interface StopItem extends QuickPickItem {
  stop(): Promise<void> | void;
}

/** `rubato.stopRun`: ends the run that goes on, the user's choice when there are several. */
export async function stopRun(ctx: LaunchContext): Promise<void> {
  const items = stopItems(ctx);
  const [first] = items;
  if (first === undefined) return void window.showInformationMessage(l10n.t('No run with trace goes on.'));
  const chosen = items.length === 1 ? first : await window.showQuickPick(items, { placeHolder: l10n.t('Run to stop') });
  await chosen?.stop();
}

/** Runs of this window; without any those that somebody else started, such as `rubato run` in a terminal. */
function stopItems({ living, runs }: LaunchContext): readonly StopItem[] {
  const own = living.all.map((run) => ({ label: run.title, stop: () => run.stop() }));
  if (own.length > 0) return own;
  const others = runs.all.filter((run) => run.isAlive);
  return others.map((run) => ({ label: run.manifest.command, description: run.root, stop: () => interrupt(run) }));
}

/**
 * As Ctrl-C would: each traced process gets the signal. `rubato run` itself ends with its program; at a terminal it passes no SIGINT on, because
 * that reaches the whole group there. Only processes that listen: a folder that came with somebody's project may name any id.
 */
async function interrupt({ folder }: Run): Promise<void> {
  const { living } = await runState(folder, Date.now());
  const listening = await Promise.all(living.map((pid) => listens(folder, pid)));
  const found = living.filter((_, at) => listening[at]);
  if (found.length === 0)
    void window.showInformationMessage(
      l10n.t('No traced program of this run can be reached: end it where it was started.'),
    );
  for (const pid of found) {
    try {
      process.kill(pid, 'SIGINT');
    } catch {
      // It has ended by itself, which is what was wanted.
    }
  }
}
