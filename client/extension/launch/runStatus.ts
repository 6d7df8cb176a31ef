import { commands, Disposable, l10n, MarkdownString, StatusBarAlignment, window, type StatusBarItem } from 'vscode';
import { showTraceCommand } from '#protocol/lsp.ts';
import type { LaunchContext } from './launchContext.ts';
import type { LivingRun } from './livingRuns.ts';

/** Context key: a run that can be stopped goes on. */
const contextKey = 'rubato.isRunning';

/** A status bar item while a run of this window lives: what, how long, and how to end it. */
export function runStatus({ living, runs }: LaunchContext): Disposable {
  const item = window.createStatusBarItem('rubato.run', StatusBarAlignment.Left);
  item.name = l10n.t('Rubato: Run with Trace');
  item.command = showTraceCommand;
  let timer: NodeJS.Timeout | undefined;
  const show = (): void => {
    const [newest] = living.all;
    if (newest === undefined) item.hide();
    else showRun(item, newest, living.all.length);
  };
  let isRunning = false;
  const tellMenus = (): void => {
    const isNow = living.all.length > 0 || runs.all.some((run) => run.isAlive);
    if (isNow === isRunning) return;
    isRunning = isNow;
    void commands.executeCommand('setContext', contextKey, isNow);
  };
  const follow = (): void => {
    clearInterval(timer);
    timer = living.all.length === 0 ? undefined : setInterval(show, 1000);
    show();
    tellMenus();
  };
  follow();
  const stopTimer = { dispose: () => clearInterval(timer) };
  return Disposable.from(item, living.onDidChange(follow), runs.onDidChange(tellMenus), stopTimer);
}

function showRun(item: StatusBarItem, { title, startedAt }: LivingRun, count: number): void {
  const others = count === 1 ? '' : ` +${count - 1}`;
  item.text = `$(record) Rubato: ${iconless(title)} · ${duration(Date.now() - startedAt)}${others}`;
  if (item.tooltip === undefined) item.tooltip = tooltip();
  item.show();
}

/** Names of files are shown as they are, not as icons. */
function iconless(title: string): string {
  return title.replaceAll('$(', '$\u200B(');
}

/** The text changes each second; a tooltip that changed with it would flicker. */
function tooltip(): MarkdownString {
  const text = new MarkdownString(
    `${l10n.t('Async tasks are being traced.')}\n\n[${l10n.t('Show Trace')}](command:${showTraceCommand}) · [${l10n.t('Stop')}](command:rubato.stopRun)`,
  );
  text.isTrusted = { enabledCommands: [showTraceCommand, 'rubato.stopRun'] };
  return text;
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return l10n.t('{0} s', seconds);
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? l10n.t('{0} min', minutes) : l10n.t('{0} h {1} min', Math.floor(minutes / 60), minutes % 60);
}
