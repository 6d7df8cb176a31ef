import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textContrasts } from './contrast.ts';
import type { Editor } from './editor.ts';
import { hostile, leaveHostileRun } from './hostileRun.ts';
import type { UiTest } from './uiTests.ts';

/** The await in `shelf.js` at which six orders of fixtures/warehouse wait for ever. */
const stuckLine = 11;

/** From a run of the fixture `warehouse` to the trace of it and to a trace that somebody made up. In order, in one window. */
export const traceTests: readonly UiTest[] = [
  {
    name: 'runs a script with trace from the lens above it',
    async run(editor) {
      await editor.openFile('orders.js');
      const findings = await editor.problems(/sign.*blocks the event loop.*blocking-call/);
      await findings.first().waitFor();
      assert.equal(await findings.filter({ hasText: 'confirmed' }).count(), 0);
      await editor.openFile('package.json');
      await editor.page.locator('.codelens-decoration a', { hasText: 'Run with trace' }).click();
      await runItem(editor).waitFor();
      // It comes to the front late: what is shown before would lie behind it.
      await editor.page.locator('.terminal-outer-container').first().waitFor();
    },
  },
  {
    name: 'lists stuck tasks while the program lives, and a click shows their await',
    async run(editor) {
      await editor.command('Focus on Async Tasks View');
      const row = editor.task(/6 waiting.*shelf\.js:11/);
      await editor.clickUntil(row, editor.page.locator('.tab.active', { hasText: 'shelf.js' }));
      await editor.waitForLine('shelf.js', stuckLine);
      await runItem(editor).waitFor();
    },
  },
  {
    name: 'opens the trace from the palette, lists and filters its tasks, and jumps to their code',
    async run(editor) {
      const { panel } = editor;
      await editor.command('Rubato: Show Trace');
      await panel.state('Live').waitFor();
      await panel.content.locator('.group.cause', { hasText: 'Shelf.reserve' }).waitFor();
      await panel.show('Tasks');
      await panel.content.getByText(/^58 tasks$/).waitFor();
      await panel.filter.fill('state:waiting fn:pack');
      await panel.content.getByText('6 of 58 tasks').waitFor();
      const link = panel.taskRows.first().getByRole('button', { name: 'src/orders.js:15:1' });
      await link.click();
      await editor.waitForLine('orders.js', 15);
    },
  },
  {
    name: 'zooms the timeline by buttons and keys, while the run is paused',
    async run({ panel, page }) {
      await panel.show('Timeline');
      // What is live grows under the hand, and no length says that something was zoomed.
      await panel.content.getByRole('button', { name: 'Pause' }).click();
      await panel.state('Paused').waitFor();
      const whole = await panel.spanThat('the timeline', ({ to }) => to > 0);
      await panel.content.getByRole('button', { name: '+', exact: true }).click();
      const near = await panel.spanThat('a shorter span', (span) => lengthOf(span) < 0.6 * lengthOf(whole));
      await panel.canvas.focus();
      await page.keyboard.press('+');
      await panel.spanThat('a shorter one still', (span) => lengthOf(span) < 0.7 * lengthOf(near));
      await page.keyboard.press('0');
      await panel.spanThat('the whole run', (span) => lengthOf(span) >= lengthOf(whole));
      await panel.content.getByRole('button', { name: 'Resume' }).click();
      await panel.spanThat('what came after', (span) => lengthOf(span) > 1.01 * lengthOf(whole));
      await panel.state('Live').waitFor();
    },
  },
  {
    name: 'turns findings confirmed when the run ends, with their milliseconds',
    async run(editor) {
      await editor.command('Rubato: Stop Run');
      await runItem(editor).waitFor({ state: 'detached' });
      await editor.panel.state('Ended').waitFor();
      await editor.command('View: Close All Editors');
      await editor.openFile('orders.js');
      const confirmed = await editor.problems(/blocks the event loop.*confirmed: blocked up to \d+ ms, \d+ times/);
      await confirmed.first().waitFor();
      await editor.line(/never\shandled/).waitFor();
      // VS Code asks for lenses only while an editor has the focus.
      await editor.clickCode('`order');
      await editor.page
        .locator('.codelens-decoration', { hasText: /ran 16×/ })
        .first()
        .waitFor();
      await editor.hover(/confirmed: blocked up to \d+ ms/);
      await editor.page.keyboard.press('Escape');
    },
  },
  {
    name: 'opens a recorded trace by a double click in the explorer',
    async run(editor) {
      await editor.command('View: Close All Editors');
      const trace = editor.inExplorer('trace.rubato');
      await editor.clickUntil(editor.inExplorer('.rubato'), editor.inExplorer('runs'));
      await editor.clickUntil(editor.inExplorer('runs'), trace);
      await editor.doubleClickUntil(trace, editor.page.locator('.tab.active', { hasText: 'trace.rubato' }));
      await editor.panel.state('Recorded').waitFor();
      await editor.panel.content.locator('.group.cause', { hasText: 'Shelf.reserve' }).waitFor();
    },
  },
  {
    name: 'can be read in high contrast, dark and light',
    async run(editor) {
      const themes = [
        ['Dark High Contrast', 'hc-black'],
        ['Light High Contrast', 'hc-light'],
      ] as const;
      for (const [title, type] of themes) {
        await editor.chooseTheme(title, type);
        await editor.panel.content.locator('body[data-vscode-theme-kind*="high-contrast"]').waitFor();
        for (const tab of ['Stuck now', 'Findings', 'Tasks', 'Sites']) await checkContrast(editor, title, tab);
      }
      await editor.chooseTheme('Light 2026', 'vs');
    },
  },
  {
    name: 'is used without a mouse: from the palette through table and timeline to the code',
    async run(editor) {
      const { panel, page } = editor;
      await editor.commandByKeys('View: Close All Editors');
      await editor.commandByKeys('Rubato: Show Trace');
      await panel.content.locator('.group.cause').waitFor();
      await panel.tabTo(panel.tab('Stuck now'));
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      await panel.tabTo(panel.filter);
      await page.keyboard.type('state:waiting fn:Shelf*');
      await panel.content.getByText('6 of 58 tasks').waitFor();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await panel.content.locator('.tasks .row.active').waitFor();
      await page.keyboard.press('Enter');
      await editor.waitForLine('shelf.js', 9);
    },
  },
  {
    name: 'shows a trace that somebody made up as text, and asks before it opens what lies outside',
    async run(editor, folder) {
      const { page, panel } = editor;
      const dialogs: string[] = [];
      page.on('dialog', (dialog) => {
        dialogs.push(dialog.message());
        void dialog.dismiss();
      });
      const outside = join(folder, '..', 'outside.js');
      writeFileSync(outside, 'export const secret = 1;\n');
      leaveHostileRun(folder, outside);
      await editor.command('View: Close All Editors');
      await editor.command('Rubato: Show Trace');
      await panel.content.locator('.group', { hasText: hostile.html }).first().waitFor();
      await checkInnocence(editor);
      for (const tab of ['Tasks', 'Who waits on whom', 'Sites']) {
        await panel.show(tab);
        await panel.content.getByText(hostile.html).first().waitFor();
        await checkInnocence(editor);
      }
      await editor.choose('Rubato: Choose Run for Async Tasks', 'Run whose tasks to show', '<img src=x');
      await editor.task(hostile.html).hover();
      await page.locator('.monaco-hover', { hasText: 'onerror' }).waitFor();
      await checkInnocence(editor);

      await panel.show('Stuck now');
      await panel.content.getByRole('button', { name: /etc\/passwd/ }).click();
      await editor.notification('is not below the folder of this trace');
      await panel.content.getByRole('button', { name: /^src\/linked\.js/ }).click();
      const question = await editor.notification('outside.js lies outside of the workspace');
      const opened = page.locator('.tab', { hasText: /outside\.js|passwd/ });
      assert.equal(await opened.count(), 0);
      await question.getByRole('button', { name: 'Open Anyway' }).click();
      await page.locator('.tab.active', { hasText: 'outside.js' }).waitFor();
      assert.deepEqual(dialogs, []);
    },
  },
];

/** The status bar's item of a run of this window. */
function runItem({ page }: Editor) {
  return page.locator('.statusbar-item', { hasText: /Rubato: npm run start/ });
}

function lengthOf({ from, to }: { readonly from: number; readonly to: number }): number {
  return to - from;
}

/** Texts of one part of the panel reach the ratio that WCAG 2.2 asks for, also in the theme's own colors of warnings. */
async function checkContrast({ panel }: Editor, theme: string, tab: string): Promise<void> {
  await panel.show(tab);
  const texts = await textContrasts(panel.content.locator('body'));
  assert(texts.length > 10, `${tab} has texts`);
  const faint = texts.filter(({ contrast }) => contrast < 4.5);
  assert.deepEqual(faint, [], `${tab} in ${theme}`);
}

/** Nothing of the trace became an element, a link, an icon or a direction of writing. */
async function checkInnocence({ page, panel }: Editor): Promise<void> {
  const made = panel.content.locator('img, a, iframe, object, [onerror], script:not([src], #_vscodeApiScript)');
  assert.deepEqual(await made.evaluateAll((all) => all.map(({ outerHTML }) => outerHTML)), []);
  const shown = [await panel.content.locator('body').innerText()];
  for (const part of await page.locator('.pane .monaco-list, .monaco-hover, .tab').all()) {
    shown.push(await part.innerText());
    assert.equal(await part.locator('[onerror], [href^="command:"], .codicon-zap').count(), 0);
  }
  // eslint-disable-next-line no-control-regex -- These are what is looked for.
  assert.doesNotMatch(shown.join('\n'), /[\u001B\u202A-\u202E]/);
}
