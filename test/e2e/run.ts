import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureActivation } from './activation.ts';
import type { Browser } from 'playwright-core';
import { launchBrowser } from './browser.ts';
import { findChromium } from './chromium.ts';
import { runInDesktop, runInWorkbench } from './hostRun.ts';
import { installWorkbench } from './installWorkbench.ts';
import { measureLive } from './live.ts';
import { add, inTime, inTwoTries, nothing, type Outcome } from './outcome.ts';
import { ownTrace } from './ownTrace.ts';
import { takePictures } from './pictures.ts';
import { hostTarget } from '#scripts/package/targets.ts';
import { buildSuite, packForTest } from './prepare.ts';
import { nativeGroup, runUi, uiGroups, type UiGroup } from './uiRun.ts';
import { startWorkbenchServer, type WorkbenchOptions, type WorkbenchServer } from './workbenchServer.ts';

/**
 * End-to-end tests of what `npm run build` left in dist/: the packed extension in a real VS Code window, and a Mocha suite inside the
 * extension host. VS Code is the server that npm's code-server carries, shown in a headless Chromium (see docs/editor.md).
 *
 *   --pictures            takes the pictures of the documentation instead
 *   --activation          measures what activating the packed extension costs the extension host instead
 *   --native              instead, that the package of this platform uses the native engine
 *   --own-trace           only ui, and prints where our code stood in the way of extension hosts and language servers, see ownTrace.ts
 *   --live                measures an editor beside the panel that follows a program of 50,000 events a second, see live.ts, with the same
 *   --only ui|host        one of the two suites
 *   --download VERSION    the Mocha suite in a desktop VS Code of that version; VSCODE_EXECUTABLE_PATH names one that is there
 */
const { values } = parseArgs({
  options: {
    pictures: { type: 'boolean' },
    activation: { type: 'boolean' },
    native: { type: 'boolean' },
    'own-trace': { type: 'boolean' },
    live: { type: 'boolean' },
    only: { type: 'string' },
    download: { type: 'string' },
  },
});
const fixtures = 'test/e2e/fixtures';
const limitMs = 1_200_000;

process.exitCode = await inTime('The end-to-end run', limitMs, main());

async function main(): Promise<number> {
  const executable = process.env['VSCODE_EXECUTABLE_PATH'];
  if (executable !== undefined && executable !== '') return judge(await desktop({ executable }));
  if (values.download !== undefined) return judge(await desktop({ version: values.download }));
  if (process.platform === 'win32') return skip('the workbench of code-server does not run on Windows; use --download');
  const chromium = findChromium();
  if (typeof chromium !== 'string') return skip(chromium.reason);
  return judge(await workbench(chromium));
}

/** Something to do in windows of a VS Code server. */
type Job = (browser: Browser, server: WorkbenchServer) => Promise<Outcome>;

async function workbench(chromium: string): Promise<Outcome> {
  const serverScript = await installWorkbench();
  const vsix = [await packForTest(values.native === true ? hostTarget() : undefined)];
  const own = values['own-trace'] === true || values.live === true ? ownTrace() : undefined;
  let outcome = nothing;
  for (const job of await jobs()) {
    const run = () => onFreshServer({ chromium, options: { serverScript, vsix, workspace: fixtures, ...own } }, job);
    outcome = add(outcome, await inTwoTries(run));
  }
  await own?.print();
  return outcome;
}

async function jobs(): Promise<readonly Job[]> {
  const ui =
    (group: UiGroup): Job =>
    (browser, server) =>
      runUi(browser, server, group);
  if (values.pictures === true) return [takePictures];
  if (values.native === true) return [ui(nativeGroup)];
  if (values.activation === true) return [(browser, server) => measureActivation(browser, server, 7)];
  if (values.live === true) return [measureLive];
  // Programs of the suite in the extension host would inherit the hook, and some of its tests are about who has it.
  const withHost = values.only !== 'ui' && values['own-trace'] !== true;
  const suite = withHost ? await buildSuite() : '';
  return [
    ...(values.only === 'host' ? [] : uiGroups.map(ui)),
    ...(withHost ? [((browser, server) => runInWorkbench(browser, server, suite)) satisfies Job] : []),
  ];
}

/** Nothing of one job is left to the next: each has its own browser, server, profile and copy of the workspace. */
async function onFreshServer(
  { chromium, options }: { readonly chromium: string; readonly options: WorkbenchOptions },
  job: Job,
): Promise<Outcome> {
  const browser = await launchBrowser(chromium);
  try {
    const server = await startWorkbenchServer(options);
    try {
      return await job(browser, server);
    } finally {
      await server.close();
    }
  } finally {
    await browser.close();
  }
}

async function desktop(which: { readonly executable: string } | { readonly version: string }): Promise<Outcome> {
  const workspace = mkdtempSync(join(tmpdir(), 'rubato-e2e-'));
  cpSync(fixtures, workspace, { recursive: true });
  try {
    return await runInDesktop(which, workspace, await buildSuite());
  } finally {
    rmSync(workspace, { recursive: true, force: true });
  }
}

/** What failed is told once more at the end, where somebody looks first. */
function judge({ passed, failures, unsteady }: Outcome): number {
  const tell = (what: string, texts: readonly string[]): void => {
    for (const text of texts) console.error(`\n${what}: ${text}`);
  };
  tell('failed only in the first try', unsteady);
  tell('failed', failures);
  console.log(`\nend-to-end: ${passed} passed, ${failures.length} failed, ${unsteady.length} only in the first try`);
  return failures.length > 0 || passed === 0 ? 1 : 0;
}

/** Skipping is for people's machines; a CI that cannot run these tests must not look green. */
function skip(reason: string): number {
  const isCi = process.env['CI'] !== undefined && process.env['CI'] !== '' && process.env['CI'] !== 'false';
  console.error(`end-to-end tests ${isCi ? 'cannot run' : 'skipped'}: ${reason}`);
  return isCi ? 1 : 0;
}
