import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { commands, extensions, TabInputCustom, TabInputWebview, Uri, window, workspace } from 'vscode';
import { fileUri, waitUntil } from './editing.ts';

/** Longest time until a run in a nested folder is noticed, ms. */
const patienceMs = 60_000;

const program = `
async function pause(ms) {
  await new Promise((resolve) => setTimeout(resolve, ms));
}
await Promise.all([pause(5), pause(10)]);
`;

/** Registers the tests with Mocha, whose functions are there only when it runs. */
export function traceTests(): void {
  describe('trace', () => {
    let root: Uri;
    before(async () => {
      root = Uri.joinPath(fileUri('scripts', 'cleanup.js'), '../traced');
      await workspace.fs.writeFile(Uri.joinPath(root, 'pause.mjs'), Buffer.from(program));
      await record(root);
      await showUntilThere('Trace: node pause.mjs');
      await commands.executeCommand('workbench.action.closeAllEditors');
    });
    afterEach(() => commands.executeCommand('workbench.action.closeAllEditors'));
    after(() => workspace.fs.delete(root, { recursive: true }));

    it('shows the last run, also of a nested folder, in one panel', async () => {
      await commands.executeCommand('rubato.showTrace');
      // The panel is titled after what the reader found in the trace.
      await waitForTab('Trace: node pause.mjs');
      await commands.executeCommand('rubato.showTrace');
      assert.equal(panels().length, 1);
    });

    it('shows the tasks of a function for a code lens', async () => {
      const params = { uri: Uri.joinPath(root, 'pause.mjs').toString(), line: 2, name: 'pause' };
      await commands.executeCommand('rubato.showTrace', params);
      await waitForTab('Trace: node pause.mjs');
    });

    it('opens a recorded trace as an editor of its own', async () => {
      await workspace.fs.copy(await traceFile(root), Uri.joinPath(root, 'copy.rubato'));
      await commands.executeCommand('vscode.open', Uri.joinPath(root, 'copy.rubato'));
      await waitForTab('copy.rubato');
      const input = window.tabGroups.activeTabGroup.activeTab?.input;
      assert(input instanceof TabInputCustom);
      assert.equal(input.viewType, 'rubato.trace');
    });
  });
}

/** Watchers tell of new folders when they like, so the run is asked for until it is the last one. */
async function showUntilThere(label: string): Promise<void> {
  const end = Date.now() + patienceMs;
  let failure: unknown;
  while (!panels().some((tab) => tab.label === label)) {
    assert(Date.now() < end && failure === undefined, `The run is shown; ${String(failure)}`);
    // Not awaited: without any run, it asks and waits for an answer.
    commands.executeCommand('rubato.showTrace').then(undefined, (error: unknown) => (failure = error));
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Runs the program with trace, as in a terminal. */
async function record(folder: Uri): Promise<void> {
  const extension = extensions.all.find(({ packageJSON }) => packageJSON.name === 'rubato');
  assert(extension !== undefined, 'The extension is installed');
  const cli = path.join(extension.extensionPath, 'dist', 'cli.js');
  await promisify(execFile)(process.execPath, [cli, 'run', 'node', 'pause.mjs'], {
    cwd: folder.fsPath,
    // In a desktop VS Code, the host's program is not Node by itself.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
}

async function traceFile(folder: Uri): Promise<Uri> {
  const runs = Uri.joinPath(folder, '.rubato', 'runs');
  const [run] = await workspace.fs.readDirectory(runs);
  assert(run !== undefined, 'A run was recorded');
  return Uri.joinPath(runs, run[0], 'trace.rubato');
}

function panels() {
  return window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter(({ input }) => input instanceof TabInputWebview && input.viewType.endsWith('rubato.run'));
}

async function waitForTab(label: string): Promise<void> {
  await waitUntil(
    (check) => window.tabGroups.onDidChangeTabs(check),
    () => window.tabGroups.activeTabGroup.activeTab?.label === label,
    () => `the active tab is ${window.tabGroups.activeTabGroup.activeTab?.label ?? 'none'}`,
  );
}
