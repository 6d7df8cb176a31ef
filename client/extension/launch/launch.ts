import { commands, Disposable, l10n, window, workspace, type ExtensionContext, type LogOutputChannel } from 'vscode';
import { plainText } from '../panel/plainText.ts';
import type { Reader, Runs } from '../runs/contracts.ts';
import { debugWithTrace } from './debugCommand.ts';
import type { LaunchContext } from './launchContext.ts';
import { LivingRuns } from './livingRuns.ts';
import { processTasks } from './processTasks.ts';
import { runFile, runScript, runTests } from './runCommands.ts';
import { runLenses } from './runLenses.ts';
import { runStatus } from './runStatus.ts';
import { stopRun } from './stopRun.ts';
import { TaskTrees } from './taskTrees.ts';
import { tracedDebug } from './tracedDebug.ts';
import { newTerminal } from './tracedTerminal.ts';

/** What starting a trace is given. */
export interface LaunchParts {
  readonly context: Pick<ExtensionContext, 'asAbsolutePath'>;
  readonly runs: Runs;
  readonly reader: Reader;
  readonly log: LogOutputChannel;
}

/** All ways to start a trace from the editor. Nothing is traced unless asked, and nothing in Restricted Mode. */
export function launch({ context, runs, reader, log }: LaunchParts): Disposable {
  const living = new LivingRuns();
  const trees = new TaskTrees();
  const [cli, hook] = [context.asAbsolutePath('dist/cli.js'), context.asAbsolutePath('dist/hook.cjs')];
  const ctx: LaunchContext = { runs, reader, log, living, cli, hook };
  const actions: Readonly<Record<string, (...args: readonly unknown[]) => Promise<void>>> = {
    'rubato.runFile': (uri) => runFile(ctx, uri),
    'rubato.runScript': (uri, name) => runScript(ctx, uri, name),
    'rubato.runTests': (uri) => runTests(ctx, uri),
    'rubato.debug': (uri) => debugWithTrace(uri),
    'rubato.newTerminal': () => newTerminal(ctx),
    'rubato.processTasks': (pid) => processTasks(ctx, trees, pid),
    'rubato.stopRun': () => stopRun(ctx),
  };
  const registered = Object.entries(actions).map(([id, action]) =>
    commands.registerCommand(id, (...args: readonly unknown[]) => guarded(ctx, () => action(...args))),
  );
  return Disposable.from(living, trees, runLenses(), runStatus(ctx), tracedDebug(ctx), ...registered);
}

/** The border of the commands: each starts a program of the workspace, so the trust is asked here whatever the menus show. */
async function guarded({ log }: LaunchContext, action: () => Promise<void>): Promise<void> {
  if (!workspace.isTrusted) {
    void window.showWarningMessage(l10n.t('Rubato runs no program in Restricted Mode. Trust the workspace first.'));
    return;
  }
  try {
    await action();
  } catch (error) {
    log.error(error instanceof Error ? error : String(error));
    void window.showErrorMessage(plainText(error instanceof Error ? error.message : String(error)));
  }
}
