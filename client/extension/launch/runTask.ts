import {
  Disposable,
  l10n,
  ProcessExecution,
  Task,
  TaskPanelKind,
  TaskRevealKind,
  tasks,
  TaskScope,
  window,
  type TaskExecution,
  type Terminal,
} from 'vscode';
import { plainText } from '../panel/plainText.ts';
import type { LaunchContext, Place, UsableNode } from './launchContext.ts';
import { titleOf, tracedArguments } from './tracedWords.ts';

const taskType = 'rubato';

/** A command to run with trace. */
export interface Traced {
  readonly words: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly place: Place;
  readonly node: UsableNode;
}

/** Runs a command with `rubato run` in a terminal of its own, the same one each time; asks when it still runs. */
export async function runTraced(ctx: LaunchContext, traced: Traced): Promise<void> {
  const title = titleOf(traced.words);
  const id = JSON.stringify([traced.cwd, traced.words]);
  const running = tasks.taskExecutions.find(({ task }) => task.definition['id'] === id);
  if (running !== undefined && !(await mayRestart(running, title))) return;
  await follow(ctx, await tasks.executeTask(taskOf(ctx, traced, { title, id })), title);
  // Nobody watches the folder of a file outside of the workspace.
  ctx.runs.noteRoot(traced.place.root);
}

function taskOf(
  { cli }: LaunchContext,
  { words, cwd, place, node }: Traced,
  names: { title: string; id: string },
): Task {
  // A process, not a shell: words arrive as they are, whatever the shell of the user.
  const args = tracedArguments({ cli, root: place.root, cwd, words });
  const execution = new ProcessExecution(node.node, [...args], { cwd });
  const definition = { type: taskType, id: names.id };
  const task = new Task(definition, place.workspaceFolder ?? TaskScope.Workspace, names.title, 'Rubato', execution, []);
  task.detail = words.join(' ');
  task.presentationOptions = {
    reveal: TaskRevealKind.Always,
    panel: TaskPanelKind.Dedicated,
    clear: true,
    showReuseMessage: false,
  };
  return task;
}

async function mayRestart(running: TaskExecution, title: string): Promise<boolean> {
  const restart = l10n.t('Restart');
  const choice = await window.showInformationMessage(l10n.t('{0} still runs with trace.', plainText(title)), restart);
  if (choice !== restart) return false;
  // The question may stand there for long: of a task that has ended meanwhile, no end comes.
  if (!tasks.taskExecutions.includes(running)) return true;
  const ended = endOf(running);
  running.terminate();
  await ended;
  return true;
}

function endOf(execution: TaskExecution): Promise<void> {
  return new Promise((resolve) => {
    const listener = tasks.onDidEndTask((event) => {
      if (event.execution !== execution) return;
      listener.dispose();
      resolve();
    });
  });
}

/** Keeps the run among the living ones until its task ends. */
async function follow(ctx: LaunchContext, execution: TaskExecution, title: string): Promise<void> {
  let pid: number | undefined;
  let isStopping = false;
  const stop = async (): Promise<void> => {
    const terminal = isStopping ? undefined : await terminalOf(pid);
    isStopping = true;
    // Ctrl-C reaches program and command alike, so the program can end in order and the trace is finished.
    if (terminal === undefined) execution.terminate();
    else terminal.sendText('\u0003', false);
  };
  const parts: Disposable[] = [ctx.living.add({ title, startedAt: Date.now(), stop })];
  parts.push(
    tasks.onDidStartTaskProcess((event) => {
      if (event.execution === execution) pid = event.processId;
    }),
    tasks.onDidEndTask((event) => {
      if (event.execution === execution) Disposable.from(...parts).dispose();
    }),
  );
}

async function terminalOf(pid: number | undefined): Promise<Terminal | undefined> {
  if (pid === undefined) return undefined;
  for (const terminal of window.terminals) if ((await terminal.processId) === pid) return terminal;
  return undefined;
}
