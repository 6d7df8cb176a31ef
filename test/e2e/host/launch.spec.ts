import { strict as assert } from 'node:assert';
import {
  commands,
  debug,
  Disposable,
  tasks,
  Uri,
  window,
  workspace,
  type CodeLens,
  type DebugConfiguration,
  type Terminal,
  type WorkspaceFolder,
} from 'vscode';
import { fileUri, openFile } from './editing.ts';

/** Programs start slowly on a busy machine. ms */
const patienceMs = 60_000;

/** Registers the tests with Mocha, whose functions are there only when it runs. */
export function launchTests(): void {
  describe('launch', () => {
    const traces = (): Uri => fileUri('scripts', '.rubato');
    beforeEach(() => removeTraces(traces()));
    afterEach(() => removeTraces(traces()));

    it('offers to run the scripts of a package.json, and the run leaves evidence', async () => {
      const document = await openFile('scripts', 'package.json');
      const [lens] = await eventually('a lens above the script', async () => {
        const found = await lensesOf(document.uri);
        return found.length > 0 ? found : undefined;
      });
      assert.equal(lens?.range.start.line, 0);
      const ended = endOfTask('npm run tidy up');
      await commands.executeCommand(lens?.command?.command ?? '', ...(lens?.command?.arguments ?? []));
      assert.equal(await ended, 0);
      assert.match(await evidenceIn(traces()), /tidy\.js/);
    });

    it('offers nothing above files that are only modules', async () => {
      const document = await openFile('shop', 'src/orders.ts');
      assert.deepEqual(await lensesOf(document.uri), []);
    });

    it('debugs with trace: evidence is written, and the NODE_OPTIONS of the configuration stay', async () => {
      const output = await debugged({ rubato: true, env: { NODE_OPTIONS: '--max-old-space-size=300' } });
      const options = /NODE_OPTIONS=(.*)/.exec(output)?.[1] ?? '';
      assert.match(options, /bootloader.*--max-old-space-size=300 --require \S*hook\.cjs/);
      assert.match(await eventually('evidence', () => evidenceIn(traces()).catch(() => undefined)), /tidy\.js/);
    });

    it('leaves other debug sessions alone', async () => {
      const output = await debugged({ env: { NODE_OPTIONS: '--max-old-space-size=300' } });
      assert.doesNotMatch(output, /hook\.cjs/);
      await assert.rejects(evidenceIn(traces()));
    });

    it('touches no folder that a launch configuration names', async () => {
      const folder = Uri.joinPath(traces(), 'mine');
      await workspace.fs.writeFile(Uri.joinPath(folder, 'notes.txt'), Buffer.from('mine'));
      await debugged({ rubatoRun: folder.fsPath });
      // When this session has been seen to its end, so has the one before.
      await debugged({ rubato: true });
      await eventually('evidence', () => evidenceIn(traces()).catch(() => undefined));
      await workspace.fs.stat(Uri.joinPath(folder, 'notes.txt'));
    });

    it('traces what runs in a terminal that was opened for it, each time', async () => {
      await openFile('scripts', 'tidy.js');
      const terminal = await openTerminal();
      terminal.sendText('node tidy.js');
      const first = await eventually('evidence', () => evidenceIn(traces()).catch(() => undefined));
      assert.match(first, /tidy\.js/);
      terminal.sendText('node tidy.js');
      await eventually('evidence of the second program', async () =>
        (await evidenceIn(traces())) === first ? undefined : true,
      );
      const runs = await eventually('the end of the last program', () => finishedRuns(traces()));
      assert.equal(runs.length, 1);
      terminal.dispose();
      // Nothing is started in this one: when its run is gone, the other terminal has been closed, too, and its run must be there.
      (await openTerminal()).dispose();
      assert.deepEqual(await eventually('the end of the empty run', () => finishedRuns(traces())), runs);
    });
  });
}

async function removeTraces(folder: Uri): Promise<void> {
  await workspace.fs.delete(folder, { recursive: true }).then(undefined, () => {
    // There are none.
  });
}

async function evidenceIn(folder: Uri): Promise<string> {
  return Buffer.from(await workspace.fs.readFile(Uri.joinPath(folder, 'evidence.json'))).toString();
}

/** The one that the command opens. */
async function openTerminal(): Promise<Terminal> {
  const before = window.terminals;
  await commands.executeCommand('rubato.newTerminal');
  const terminal = window.terminals.find((each) => !before.includes(each));
  assert(terminal !== undefined, 'a terminal is there');
  return terminal;
}

/** Names of the runs; `undefined` while one of them has no trace or goes on. */
async function finishedRuns(traces: Uri): Promise<readonly string[] | undefined> {
  const folder = Uri.joinPath(traces, 'runs');
  const names = (await workspace.fs.readDirectory(folder)).map(([name]) => name);
  const all = await Promise.all(
    names.map((name) =>
      workspace.fs.readDirectory(Uri.joinPath(folder, name)).then(undefined, () => {
        // Removed in between.
        return [];
      }),
    ),
  );
  const areFinished = all.every((files) => {
    const found = files.map(([name]) => name);
    return found.includes('trace.rubato') && !found.some((name) => name.endsWith('.process'));
  });
  return areFinished ? names : undefined;
}

/** Ours, without those of other extensions. */
async function lensesOf(uri: Uri): Promise<readonly CodeLens[]> {
  const all = (await commands.executeCommand<CodeLens[] | undefined>('vscode.executeCodeLensProvider', uri, 100)) ?? [];
  return all.filter(({ command }) => command?.command.startsWith('rubato.run') === true);
}

/** Exit code of the next task with this name. */
function endOfTask(name: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const listener = tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
      if (execution.task.name !== name) return;
      listener.dispose();
      resolve(exitCode);
    });
  });
}

/** Debugs the program of the fixture to its end; what it printed. */
async function debugged(more: Partial<DebugConfiguration>): Promise<string> {
  let output = '';
  let ended = 0;
  const parts: Disposable[] = [];
  const hear = (message: unknown): void => void (output += outputOf(message));
  parts.push(
    debug.registerDebugAdapterTrackerFactory('pwa-node', {
      createDebugAdapterTracker: () => ({ onDidSendMessage: hear }),
    }),
    debug.onDidTerminateDebugSession(({ parentSession }) => (ended += parentSession === undefined ? 1 : 0)),
  );
  const program = fileUri('scripts', 'tidy.js').fsPath;
  const folder: WorkspaceFolder | undefined = workspace.getWorkspaceFolder(fileUri('scripts', 'tidy.js'));
  // The output of the process, not what the debugger was told: a short program ends before that.
  const capture = { console: 'internalConsole', outputCapture: 'std' };
  const config = { type: 'node', request: 'launch', name: 'tidy', program, ...capture, ...more };
  assert(await debug.startDebugging(folder, config));
  await eventually('the end of the session', async () => (ended > 0 ? true : undefined));
  Disposable.from(...parts).dispose();
  return output;
}

function outputOf(message: unknown): string {
  const { type, event, body } = { type: '', event: '', body: undefined, ...asObject(message) };
  const { output } = { output: '', ...asObject(body) };
  return type === 'event' && event === 'output' ? output : '';
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Asks until there is an answer: processes and files tell nobody. */
async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Waited in vain for ${what}`);
}
