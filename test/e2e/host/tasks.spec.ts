import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { commands, extensions, window, type LogOutputChannel } from 'vscode';
import type { Session } from '#extension/runs/contracts.ts';
import { TraceReader } from '#extension/runs/traceReader.ts';
import { taskItems } from '#extension/tasks/taskItems.ts';
import { TaskTree } from '#extension/tasks/taskTree.ts';
import type { TasksSnapshot } from '#reader/messages.ts';
import { fileUri, waitUntil } from './editing.ts';

const words = { t: (message: string, ...args: (string | number)[]) => `${message} ${args.join()}` };

/** Registers the tests with Mocha, whose functions are there only when it runs. */
export function taskTests(): void {
  describe('tasks view', () => {
    let log: LogOutputChannel;
    let reader: TraceReader;

    before(() => {
      log = window.createOutputChannel('Rubato tests', { log: true });
      reader = new TraceReader(join(extensionPath(), 'dist', 'reader.cjs'), log);
    });

    after(async () => {
      reader.dispose();
      log.dispose();
      await rm(fileUri('scripts', '.rubato').fsPath, { recursive: true, force: true });
    });

    it('groups the tasks of a real run by where they wait, and a click shows the await', async () => {
      const tree = new TaskTree();
      const root = fileUri('scripts', '').fsPath;
      tree.show(taskItems(await tasksOf(reader, await recordRun(root)), words), root);
      const items = tree.getChildren().map((element) => ({ element, item: tree.getTreeItem(element) }));
      const lock = items.find(({ item }) => item.label === 'lock');
      assert(lock !== undefined, `there are ${items.map(({ item }) => JSON.stringify(item.label)).join(', ')}`);
      assert.match(String(lock.item.description), /^\{0\} never ended 3 .* stuck\.js:5$/);
      const [caller] = tree.getChildren(lock.element);
      assert(caller !== undefined);
      assert.equal(tree.getTreeItem(caller).label, 'checkout');
      const { command } = lock.item;
      assert(command !== undefined);
      await commands.executeCommand(command.command, ...(command.arguments ?? []));
      await waitUntil(
        (check) => window.onDidChangeTextEditorSelection(check),
        () => isAt('stuck.js', 4),
        () =>
          `${window.activeTextEditor?.document.uri.path ?? 'no editor'} is at ${window.activeTextEditor?.selection.active.line ?? -1}`,
      );
    });

    it('reads a trace anew that could not be read before', async () => {
      const root = fileUri('scripts', '').fsPath;
      const file = join(root, '.rubato', 'late.rubato');
      const session = reader.open({ path: file, root });
      try {
        await new Promise<void>((resolve) => session.onAnswer(({ kind }) => kind === 'failed' && resolve()));
        await copyFile(join(await recordRun(root), 'trace.rubato'), file);
        assert.equal((await firstTasks(session)).state, 'recorded');
      } finally {
        session.dispose();
      }
    });
  });
}

/** Runs the fixture with trace to its end. Returns the folder of the run. */
async function recordRun(cwd: string): Promise<string> {
  const program = [join(extensionPath(), 'dist', 'cli.js'), 'run', '--root', cwd, '--output', join(cwd, '.rubato')];
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  await promisify(execFile)(process.execPath, [...program, '--', process.execPath, 'stuck.js'], { cwd, env });
  const runs = join(cwd, '.rubato', 'runs');
  const [last] = (await readdir(runs)).toSorted().slice(-1);
  assert(last !== undefined);
  return join(runs, last);
}

async function tasksOf(reader: TraceReader, folder: string): Promise<TasksSnapshot> {
  const session = reader.open({ path: folder, root: fileUri('scripts', '').fsPath });
  try {
    return await firstTasks(session);
  } finally {
    session.dispose();
  }
}

async function firstTasks(session: Session): Promise<TasksSnapshot> {
  const told = new Promise<TasksSnapshot>((resolve, reject) => {
    session.onTasks(resolve);
    session.onAnswer((answer) => answer.kind === 'failed' && reject(new Error(answer.message)));
  });
  session.send({ kind: 'watchTasks', isWanted: true });
  return told;
}

function isAt(name: string, line: number): boolean {
  const editor = window.activeTextEditor;
  return editor?.document.uri.path.endsWith(`/${name}`) === true && editor.selection.active.line === line;
}

function extensionPath(): string {
  const extension = extensions.getExtension('rubato.rubato');
  assert(extension !== undefined);
  return extension.extensionPath;
}
