import type { Browser } from 'playwright-core';
import { join, resolve } from 'node:path';
import { openWindow } from './browser.ts';
import { Editor } from './editor.ts';
import { add, failed, inTime, nothing, passed, type Outcome } from './outcome.ts';
import { patienceMs } from './eventually.ts';
import { traceTests } from './traceTests.ts';
import { nativeTests, restrictedTests, uiTests, type UiTest } from './uiTests.ts';
import type { WorkbenchServer } from './workbenchServer.ts';

/** A step that waits for something on the screen gives up before its test does, and says for what it waited. */
const testLimitMs = 1.5 * patienceMs;

/** Tests of the packed extension's user interface that follow each other in one window. */
export interface UiGroup {
  readonly name: string;
  readonly tests: readonly UiTest[];
  /** Folder of test/e2e/fixtures that the window shows. */
  readonly fixture: string;
  /** Of the user, besides the quiet ones. */
  readonly settings?: object;
}

export const uiGroups: readonly UiGroup[] = [
  { name: 'user interface', tests: uiTests, fixture: 'shop' },
  { name: 'user interface of traces', tests: traceTests, fixture: 'warehouse' },
  {
    name: 'user interface in Restricted Mode',
    tests: restrictedTests,
    fixture: 'shop',
    settings: { 'security.workspace.trust.enabled': true, 'security.workspace.trust.startupPrompt': 'never' },
  },
];

/** For the package of this platform, which holds the native engine: only what differs. */
export const nativeGroup: UiGroup = { name: 'native engine', tests: nativeTests, fixture: 'shop' };

/** Runs a group up to the first test that fails, which leaves a picture behind: the ones after it start where it should have ended. */
export async function runUi(browser: Browser, server: WorkbenchServer, group: UiGroup): Promise<Outcome> {
  console.log(`\n  ${group.name}`);
  server.setSettings(group.settings ?? {});
  const folder = join(server.workspace, group.fixture);
  const window = await openWindow(browser, server, { open: folder });
  window.page.setDefaultTimeout(patienceMs);
  const editor = new Editor(window.page);
  let outcome = nothing;
  for (const test of group.tests) {
    outcome = add(outcome, await runTest(() => test.run(editor, folder), test.name, editor));
    if (outcome.failures.length > 0) break;
  }
  await window.close();
  return outcome;
}

async function runTest(run: () => Promise<void>, name: string, editor: Editor): Promise<Outcome> {
  const start = performance.now();
  try {
    await inTime('The test', testLimitMs, run());
    console.log(`    ✔ ${name} (${Math.round(performance.now() - start)}ms)`);
    return passed(1);
  } catch (error) {
    const picture = resolve('.workbench', `failure-${name.replaceAll(/\W+/g, '-')}.png`);
    console.error(`    ✖ ${name}\n${String(error)}\nThe window at that moment: ${picture}`);
    await editor.page.screenshot({ path: picture });
    return failed(`${name}: ${String(error)}`);
  }
}
