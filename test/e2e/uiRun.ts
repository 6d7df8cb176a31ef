import type { Browser } from 'playwright-core';
import { join, resolve } from 'node:path';
import { openWindow } from './browser.ts';
import { Editor } from './editor.ts';
import { add, inTime, nothing, type Outcome } from './outcome.ts';
import { patienceMs } from './eventually.ts';
import { traceTests } from './traceTests.ts';
import { nativeTests, restrictedTests, uiTests, type UiTest } from './uiTests.ts';
import type { WorkbenchServer } from './workbenchServer.ts';

/** A step that waits for something on the screen gives up before its test does, and says for what it waited. */
const testLimitMs = 1.5 * patienceMs;

/** Runs the tests of the packed extension's user interface; a failed one leaves a picture behind. */
export async function runUi(browser: Browser, server: WorkbenchServer): Promise<Outcome> {
  console.log('\n  user interface');
  const trusted = await runInWindow(browser, server, uiTests);
  const traced = await runInWindow(browser, server, traceTests, 'warehouse');
  server.setSettings({ 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' });
  const restricted = await runInWindow(browser, server, restrictedTests);
  server.setSettings({});
  return [traced, restricted].reduce(add, trusted);
}

/** The same for the package of this platform, which holds the native engine: only what differs. */
export function runNativeUi(browser: Browser, server: WorkbenchServer): Promise<Outcome> {
  return runInWindow(browser, server, nativeTests);
}

/** @param fixture folder of test/e2e/fixtures that the window shows */
async function runInWindow(
  browser: Browser,
  server: WorkbenchServer,
  tests: readonly UiTest[],
  fixture = 'shop',
): Promise<Outcome> {
  const folder = join(server.workspace, fixture);
  const window = await openWindow(browser, server, { open: folder });
  window.page.setDefaultTimeout(patienceMs);
  const editor = new Editor(window.page);
  let outcome = nothing;
  for (const test of tests) outcome = add(outcome, await runTest(() => test.run(editor, folder), test.name, editor));
  await window.close();
  return outcome;
}

async function runTest(run: () => Promise<void>, name: string, editor: Editor): Promise<Outcome> {
  const start = performance.now();
  try {
    await inTime('The test', testLimitMs, run());
    console.log(`    ✔ ${name} (${Math.round(performance.now() - start)}ms)`);
    return { passed: 1, failed: 0 };
  } catch (error) {
    const picture = resolve('.workbench', `failure-${name.replaceAll(/\W+/g, '-')}.png`);
    console.error(`    ✖ ${name}\n${String(error)}\nThe window at that moment: ${picture}`);
    await editor.page.screenshot({ path: picture });
    return { passed: 0, failed: 1 };
  }
}
