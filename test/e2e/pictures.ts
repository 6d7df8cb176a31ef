import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openWindow } from './browser.ts';
import { Editor } from './editor.ts';
import { leaveEvidence, removeEvidence } from './evidence.ts';
import { add, nothing, passed, type Outcome } from './outcome.ts';
import { takeTour } from './tourPictures.ts';
import type { WorkbenchServer } from './workbenchServer.ts';

const folder = 'docs/images';
const themes = { dark: 'Default Dark Modern', light: 'Default Light Modern' } as const;

const width = 1020;

/** Only what a picture is about: no side bars, no map, nothing that changes from run to run. */
const calm = {
  'breadcrumbs.enabled': false,
  'editor.fontSize': 14,
  'json.schemaDownload.enable': false,
  'editor.lineHeight': 22,
  'editor.minimap.enabled': false,
  'editor.renderLineHighlight': 'none',
  'editor.scrollBeyondLastLine': false,
  'editor.occurrencesHighlight': 'off',
  'window.commandCenter': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.layoutControl.enabled': false,
  'workbench.editor.editorActionsLocation': 'hidden',
};

/** Takes the pictures of the documentation in both themes, into docs/images/. Counts pictures as passed. */
export async function takePictures(browser: Browser, server: WorkbenchServer): Promise<Outcome> {
  mkdirSync(folder, { recursive: true });
  let outcome = nothing;
  for (const [name, theme] of Object.entries(themes)) {
    server.setSettings({ ...calm, 'workbench.colorTheme': theme });
    outcome = add(outcome, await takeTheme(browser, server, name));
    outcome = add(outcome, await takeTour(browser, server, (picture) => join(folder, `${picture}-${name}.png`)));
  }
  return outcome;
}

async function takeTheme(browser: Browser, server: WorkbenchServer, theme: string): Promise<Outcome> {
  const size = { width, height: 600 };
  const workspace = join(server.workspace, 'shop');
  const window = await openWindow(browser, server, { open: workspace, size, pixelRatio: 1.5 });
  const editor = new Editor(window.page);
  await editor.openFile('orders.ts');
  await editor.page.keyboard.press('Control+B');
  await editor.squiggles('error').first().waitFor();
  await editor.squiggles('warning').first().waitFor();
  for (const { name, height, show } of scenes) {
    await editor.page.setViewportSize({ width, height });
    await show(editor, workspace);
    await editor.page.screenshot({ path: join(folder, `${name}-${theme}.png`), animations: 'disabled' });
  }
  await window.close();
  return passed(scenes.length);
}

/** One picture of a window that shows findings. */
interface Scene {
  readonly name: string;
  readonly height: number;
  readonly show: (editor: Editor, workspace: string) => Promise<void>;
}

/** In this order: each starts where the one before ended. */
const scenes: readonly Scene[] = [
  {
    name: 'problems',
    height: 600,
    async show(editor) {
      await (await editor.problems(/blocking-call/)).first().waitFor();
      await editor.clickCode('checkout');
      await editor.page.keyboard.press('Control+End');
    },
  },
  {
    name: 'quick-fix',
    height: 460,
    async show(editor) {
      await editor.page.keyboard.press('Control+J');
      await editor.page.locator('.markers-panel').waitFor({ state: 'hidden' });
      await (await editor.quickFixMenu('saveOrder')).first().waitFor();
    },
  },
  {
    name: 'call-path',
    height: 460,
    async show(editor) {
      await editor.page.keyboard.press('Escape');
      await editor.clickCode('checkout');
      // Errors come first, so the warning that has a path is the second one.
      await editor.page.keyboard.press('Alt+F8');
      await editor.page.locator('.marker-widget', { hasText: /not awaited/ }).waitFor();
      await editor.page.keyboard.press('Alt+F8');
      await editor.page.locator('.marker-widget', { hasText: /readFileSync blocks/ }).waitFor();
    },
  },
  {
    name: 'evidence',
    height: 480,
    async show(editor, workspace) {
      await editor.page.keyboard.press('Escape');
      leaveEvidence(workspace);
      await (await editor.problems(/confirmed/)).first().waitFor();
      await editor.page.locator('.codelens-decoration', { hasText: /ran 40×/ }).waitFor();
      await editor.line(/never\shandled/).waitFor();
      // The next theme begins without.
      removeEvidence(workspace);
    },
  },
];
