import type { Browser, Locator } from 'playwright-core';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { openWindow } from './browser.ts';
import { Editor } from './editor.ts';
import { passed, type Outcome } from './outcome.ts';
import type { WorkbenchServer } from './workbenchServer.ts';

/** A picture of one moment. @param name without theme and ending */
type Take = (name: string) => Promise<void>;

/**
 * The way that a new user goes, with the program in fixtures/warehouse: run it with trace, see what its tasks wait for, look at the trace,
 * stop it, see findings confirmed. Counts pictures as passed.
 * @param pictureFile path of a picture by its name
 */
export async function takeTour(
  browser: Browser,
  server: WorkbenchServer,
  pictureFile: (name: string) => string,
): Promise<Outcome> {
  const folder = join(server.workspace, 'warehouse');
  const window = await openWindow(browser, server, {
    open: folder,
    size: { width: 1180, height: 600 },
    pixelRatio: 1.5,
  });
  window.page.setDefaultTimeout(40_000);
  let pictures = 0;
  const take: Take = async (name) => {
    // What lies under the pointer looks different.
    await window.page.mouse.move(600, 590);
    await window.page.screenshot({ path: pictureFile(name), animations: 'disabled' });
    pictures += 1;
  };
  try {
    await tour(new Editor(window.page), take);
  } finally {
    await window.close();
    rmSync(join(folder, '.rubato'), { recursive: true, force: true });
  }
  return passed(pictures);
}

async function tour(editor: Editor, take: Take): Promise<void> {
  const { page } = editor;
  await editor.openFile('package.json');
  const lens = page.locator('.codelens-decoration a', { hasText: /Run with trace/ });
  await lens.first().waitFor();
  await take('run');

  await editor.command('View: Toggle Primary Side Bar Visibility');
  await editor.openFile('orders.js');
  await editor.squiggles('warning').first().waitFor();
  await editor.openFile('package.json');
  await lens.first().click();
  await page.locator('.terminal-outer-container').first().waitFor();
  await editor.openFile('orders.js');
  await editor.command('Focus on Async Tasks View');
  const stuck = stuckTasks(editor).first();
  // The warning comes when they have waited for long.
  await stuck.locator('.codicon-warning').waitFor();
  await editor.clickUntil(stuck.locator('.monaco-tl-twistie'), page.locator('.pane .monaco-list-row[aria-level="2"]'));
  await take('tasks');

  await editor.command('View: Hide Panel');
  await editor.command('Rubato: Show Trace');
  const { panel } = editor;
  await panel.content
    .getByText(/Shelf\.reserve/)
    .first()
    .waitFor();
  await take('trace');

  await editor.command('View: Join All Editor Groups');
  await panel.content.getByRole('button', { name: 'Oldest in timeline' }).first().click();
  await panel.content.locator('.timeline .side').waitFor();
  await panel.content.getByRole('button', { name: 'Whole run' }).click();
  await panel.spanThat('the whole run', ({ from, to }) => from <= 0 && to > 0);
  await take('timeline');

  await editor.command('View: Close Editor');
  await editor.command('Rubato: Stop Run');
  await editor.clickCode('takeOrder');
  await (await editor.problems(/confirmed/)).first().waitFor();
  await editor.line(/never\shandled/).waitFor();
  await page
    .locator('.codelens-decoration', { hasText: /ran\s16×/ })
    .first()
    .waitFor();
  await take('confirmed');
}

/** The row of the tasks view for those that wait for a place and will never get one. */
function stuckTasks({ page }: Editor): Locator {
  return page.locator('.pane .monaco-list-row', { hasText: /6 waiting/ });
}
