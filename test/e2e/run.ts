import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureActivation } from './activation.ts';
import { launchBrowser } from './browser.ts';
import { findChromium } from './chromium.ts';
import { runInDesktop, runInWorkbench } from './hostRun.ts';
import { installWorkbench } from './installWorkbench.ts';
import { measureLive } from './live.ts';
import { add, inTime, nothing, type Outcome } from './outcome.ts';
import { ownTrace } from './ownTrace.ts';
import { takePictures } from './pictures.ts';
import { hostTarget } from '#scripts/package/targets.ts';
import { buildSuite, packForTest } from './prepare.ts';
import { runNativeUi, runUi } from './uiRun.ts';
import { startWorkbenchServer } from './workbenchServer.ts';

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
const limitMs = 600_000;

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

async function workbench(chromium: string): Promise<Outcome> {
  const serverScript = await installWorkbench();
  const vsix = [await packForTest(values.native === true ? hostTarget() : undefined)];
  const browser = await launchBrowser(chromium);
  const own = values['own-trace'] === true || values.live === true ? ownTrace() : undefined;
  try {
    const server = await startWorkbenchServer({ serverScript, vsix, workspace: fixtures, ...own });
    try {
      if (values.pictures === true) return await takePictures(browser, server);
      if (values.native === true) return await runNativeUi(browser, server);
      if (values.activation === true) return await measureActivation(browser, server, 7);
      if (values.live === true) return await measureLive(browser, server);
      const ui = values.only === 'host' ? nothing : await runUi(browser, server);
      // Its programs would inherit the hook, and some of its tests are about who has it.
      if (own !== undefined) return ui;
      return values.only === 'ui' ? ui : add(ui, await runInWorkbench(browser, server, await buildSuite()));
    } finally {
      await server.close();
      await own?.print();
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

function judge({ passed, failed }: Outcome): number {
  console.log(`\nend-to-end: ${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

/** Skipping is for people's machines; a CI that cannot run these tests must not look green. */
function skip(reason: string): number {
  const isCi = process.env['CI'] !== undefined && process.env['CI'] !== '' && process.env['CI'] !== 'false';
  console.error(`end-to-end tests ${isCi ? 'cannot run' : 'skipped'}: ${reason}`);
  return isCi ? 1 : 0;
}
