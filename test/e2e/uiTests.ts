import { strict as assert } from 'node:assert';
import type { Editor } from './editor.ts';
import { leaveEvidence, removeEvidence } from './evidence.ts';

/** One thing a person sees or does in the packed extension. The tests run in order, in one window. */
export interface UiTest {
  readonly name: string;
  /** @param folder path of the folder that the window shows */
  run(editor: Editor, folder: string): Promise<void>;
}

/** In a window that trusts its workspace. */
export const uiTests: readonly UiTest[] = [
  {
    name: 'draws a squiggle under a floating promise',
    async run(editor) {
      await editor.openFile('orders.ts');
      await editor.squiggles('error').first().waitFor();
    },
  },
  {
    name: 'lists findings in the Problems panel with rule and source',
    async run(editor) {
      const row = await editor.problems(/floating-promise/);
      await row.first().waitFor();
      const path = await editor.problems(/blocking-call/);
      await path.first().waitFor();
    },
  },
  {
    name: 'confirms a finding as soon as a run leaves evidence, and shows what it cost beside the code',
    async run(editor, folder) {
      await editor.openFile('orders.ts');
      const plain = await editor.problems(/readFileSync.*blocking-call/);
      await plain.first().waitFor();
      const confirmed = await editor.problems(/confirmed: blocked up to 412 ms, 3 times/);
      assert.equal(await confirmed.count(), 0);
      leaveEvidence(folder);
      await confirmed.first().waitFor();
      // VS Code asks for lenses only while an editor has the focus.
      await editor.clickCode('checkout');
      await editor.page.locator('.codelens-decoration', { hasText: /ran 40× · p95 430 ms/ }).waitFor();
      await editor.languageStatus(/evidence 3 min old · 2 confirmed/);
      await editor.openFile('settings.ts');
      // VS Code draws blanks as no-break spaces.
      await editor.line(/⏱\smax\s412\sms\s·\s3×/).waitFor();
      removeEvidence(folder);
      await editor.openFile('orders.ts');
      await confirmed.first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'finds what is typed, without saving',
    async run(editor) {
      await editor.openFile('clean.ts');
      assert.equal(await editor.squiggles('error').count(), 0);
      await editor.typeAtEnd('Promise.reject(1);');
      await editor.squiggles('error').first().waitFor();
      await editor.page.locator('.tab.active.dirty').waitFor();
      await editor.command('File: Revert File');
      await editor.squiggles('error').first().waitFor({ state: 'detached' });
    },
  },
  {
    name: 'repairs a finding by its quick fix',
    async run(editor) {
      await editor.openFile('orders.ts');
      await editor.squiggles('error').first().waitFor();
      const menu = await editor.quickFixMenu('saveOrder');
      await menu
        .filter({ hasText: /^Add await/ })
        .first()
        .click();
      // VS Code draws blanks as no-break spaces.
      await editor.line(/await\s+saveOrder\(order\)/).waitFor();
      await editor.squiggles('error').first().waitFor({ state: 'detached' });
      // What is not saved comes back in the next window.
      await editor.command('File: Revert File');
      await editor.squiggles('error').first().waitFor();
    },
  },
  {
    name: 'shows its state as a language status',
    async run(editor) {
      await editor.languageStatus(/Rubato/);
    },
  },
  {
    name: 'explains a rule from the command palette',
    async run(editor) {
      await editor.choose('Rubato: Explain Rule', 'Rule to explain', 'floating-promise');
      await editor.page.locator('.tab.active', { hasText: /floating-promise/ }).waitFor();
    },
  },
  {
    name: 'offers to run with trace, above scripts and in the palette',
    async run(editor) {
      await editor.openFile('package.json');
      await editor.page.locator('.codelens-decoration', { hasText: 'Run with trace' }).waitFor();
      const commands = await editor.findCommands('Rubato: ');
      await commands.filter({ hasText: 'Run Script with Trace' }).waitFor();
      assert.equal(await commands.filter({ hasText: 'Stop Run' }).count(), 0);
      await editor.page.keyboard.press('Escape');
    },
  },
];

/** In a window in Restricted Mode. */
export const restrictedTests: readonly UiTest[] = [
  {
    name: 'finds and repairs in Restricted Mode',
    async run(editor) {
      await editor.page.locator('.statusbar-item', { hasText: /Restricted Mode/ }).waitFor();
      await editor.openFile('orders.ts');
      await editor.squiggles('error').first().waitFor();
      const menu = await editor.quickFixMenu('saveOrder');
      await menu
        .filter({ hasText: /^Add await/ })
        .first()
        .waitFor();
    },
  },
  {
    name: 'offers to run nothing in Restricted Mode',
    async run(editor) {
      await editor.page.keyboard.press('Escape');
      const commands = await editor.findCommands('Rubato: ');
      await commands.filter({ hasText: 'Explain Rule' }).waitFor();
      for (const offer of ['Run Script', 'Debug with Trace', 'New Terminal', 'Async Tasks of Process'])
        assert.equal(await commands.filter({ hasText: offer }).count(), 0, offer);
      await editor.page.keyboard.press('Escape');
      await editor.openFile('package.json');
      await editor.problems(/floating-promise/);
      assert.equal(await editor.page.locator('.codelens-decoration', { hasText: 'Run with trace' }).count(), 0);
    },
  },
];

/** In a window with the package of this platform. */
export const nativeTests: readonly UiTest[] = [
  {
    name: 'finds with the native engine, and the language status says so',
    async run(editor) {
      await editor.openFile('orders.ts');
      await editor.squiggles('error').first().waitFor();
      await (await editor.problems(/readFileSync.*blocking-call/)).first().waitFor();
      await editor.languageStatus(/native, TypeScript 7/);
    },
  },
];
