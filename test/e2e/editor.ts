import type { Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';
import { TracePanel } from './tracePanel.ts';

/** After so long without an effect, somebody would try again. ms */
const retryMs = 5000;

/**
 * What a person does in a VS Code window. Every step waits for what it should cause, and fails in time. While views are drawn, the
 * focus moves: keys get lost, lists close, menus vanish. Then a step is done again, as a person would.
 */
export class Editor {
  readonly page: Page;
  readonly panel: TracePanel;

  constructor(page: Page) {
    this.page = page;
    this.panel = new TracePanel(page);
  }

  /** Opens a file through Quick Open and waits for its text. */
  async openFile(name: string): Promise<void> {
    await this.#attempt(`the file ${name}`, async () => {
      await this.#pressUntil('Control+P', this.page.locator('.quick-input-widget input'));
      await this.#pick(name);
    });
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** Runs a command by its title in the command palette. */
  async command(title: string): Promise<void> {
    await this.#attempt(`the command ${title}`, () => this.#pickCommand(title));
  }

  /** Runs a command that asks with a list of this placeholder, and chooses from it. */
  async choose(title: string, placeholder: string, text: string): Promise<void> {
    await this.#attempt(`${text} of the command ${title}`, async () => {
      await this.#pickCommand(title);
      await this.page
        .locator(`.quick-input-widget input[placeholder^="${placeholder}"]`)
        .waitFor({ timeout: 2 * retryMs });
      await this.#pick(text);
    });
  }

  /** Like `command`, without the mouse. */
  async commandByKeys(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: title });
    await eventually(`the command ${title}`, async () => {
      await this.#openPalette();
      await this.page.keyboard.type(title);
      return isThere(row, 2 * retryMs);
    });
    await this.page.keyboard.press('Enter');
  }

  /** Looks for commands in the command palette and leaves it open; its rows. */
  async findCommands(text: string): Promise<Locator> {
    await this.#openPalette();
    await this.page.locator('.quick-input-widget input').fill(`>${text}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row');
    await rows.filter({ hasText: text }).first().waitFor();
    return rows;
  }

  /** Squiggles in the open editors. */
  squiggles(severity: 'error' | 'warning' | 'info' | 'hint'): Locator {
    return this.page.locator(`.monaco-editor .squiggly-${severity}`);
  }

  /** Lines of the editor that contain the text. */
  line(text: string | RegExp): Locator {
    return this.page.locator('.monaco-editor .view-line', { hasText: text });
  }

  /** Opens the Problems panel, or brings it to the front; rows that contain the text. */
  async problems(text: string | RegExp): Promise<Locator> {
    const panel = this.page.locator('.markers-panel');
    if (!(await panel.isVisible())) await this.#pressUntil('Control+Shift+M', panel);
    return panel.locator('.monaco-list-row', { hasText: text });
  }

  /** A row of the tasks view. */
  task(text: string | RegExp): Locator {
    return this.page.locator('.panel .pane .monaco-list-row', { hasText: text }).first();
  }

  /** Clicks until that has an effect: the editor drops a click on a row that is drawn anew under it. */
  async clickUntil(target: Locator, effect: Locator): Promise<void> {
    await this.#repeat('the effect of a click', () => target.click(), effect);
  }

  async doubleClickUntil(target: Locator, effect: Locator): Promise<void> {
    await this.#repeat('the effect of a double click', () => target.dblclick(), effect);
  }

  /** Shows the hover at the cursor, and waits until it contains the text. */
  async hover(text: RegExp): Promise<void> {
    const hover = this.page.locator('.monaco-hover', { hasText: text });
    await this.#repeat('the hover', () => this.command('Show or Focus Hover'), hover);
  }

  /** A file or folder in the explorer. */
  inExplorer(name: string | RegExp): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
  }

  /** Waits until a file is shown with the cursor at a line (from 1). */
  async waitForLine(name: string, line: number): Promise<void> {
    await this.page.locator('.tab.active', { hasText: name }).first().waitFor();
    const position = this.page.locator('.statusbar-item[id="status.editor.selection"]');
    await position.filter({ hasText: new RegExp(`^Ln ${line},`) }).waitFor();
  }

  /** Chooses a color theme by the title that the list gives it. @param type class of the window then, such as `hc-black` */
  async chooseTheme(title: string, type: string): Promise<void> {
    await this.choose('Preferences: Color Theme', 'Select Color Theme', title);
    await this.page.locator(`.monaco-workbench.${type}`).waitFor();
  }

  /** Waits for a message to the user. In a window made for tests it does not come up by itself, so the list of all is opened. */
  async notification(text: string | RegExp): Promise<Locator> {
    const center = this.page.locator('.notifications-center');
    const item = center.locator('.notification-list-item', { hasText: text });
    const open = async (): Promise<void> => {
      if (!(await center.isVisible())) await this.command('Notifications: Show Notifications');
    };
    await this.#repeat('the notification', open, item);
    return item;
  }

  /** Opens the language status, waits for an item with the text, and closes it again. */
  async languageStatus(text: RegExp): Promise<void> {
    const item = this.page.locator('.statusbar-item[id="status.languageStatus"]');
    await this.clickUntil(item, this.page.locator('.hover-language-status', { hasText: text }));
    await this.page.keyboard.press('Escape');
  }

  /** Puts the cursor at the last occurrence of a piece of code. */
  async clickCode(code: string): Promise<void> {
    await this.page.locator('.monaco-editor .view-line span', { hasText: code }).last().click();
  }

  /** Puts the cursor on a squiggled piece of code and opens the menu of quick fixes; its rows. */
  async quickFixMenu(code: string): Promise<Locator> {
    // Asking before the light bulb is there gets an empty answer.
    const bulb = this.page.locator('.monaco-editor [class*=lightbulb i]');
    await this.#repeat('the light bulb', () => this.clickCode(code), bulb);
    const rows = this.page.locator('.action-widget .monaco-list-row');
    await this.#pressUntil('Control+.', rows.first());
    return rows;
  }

  /** Types at the end of the open file. */
  async typeAtEnd(text: string): Promise<void> {
    await this.page.keyboard.press('Control+End');
    await this.page.keyboard.type(text);
  }

  async #openPalette(): Promise<void> {
    await this.#pressUntil('F1', this.page.locator('.quick-input-widget input'));
  }

  async #pressUntil(key: string, wanted: Locator): Promise<void> {
    await this.#repeat(`what the key ${key} brings`, () => this.page.keyboard.press(key), wanted);
  }

  #repeat(what: string, act: () => Promise<void>, effect: Locator): Promise<true> {
    return eventually(what, async () => {
      await act();
      return isThere(effect);
    });
  }

  /** @param act gives up when a part of it does not come within a few seconds */
  #attempt(what: string, act: () => Promise<void>): Promise<true> {
    return eventually(what, () =>
      act().then(
        () => true,
        () => undefined,
      ),
    );
  }

  async #pickCommand(title: string): Promise<void> {
    await this.#openPalette();
    await this.#pick(title, '>');
  }

  /** Fills the box as a whole: while the focus moves, keys go elsewhere. @param prefix says what is looked for, as `>` for commands */
  async #pick(text: string, prefix = ''): Promise<void> {
    await this.page.locator('.quick-input-widget input').fill(prefix + text, { timeout: retryMs });
    // Not by Enter: the list may still change while its first row is the wanted one.
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first();
    await row.click({ timeout: 2 * retryMs });
  }
}

function isThere(effect: Locator, timeout = retryMs): Promise<true | undefined> {
  return effect
    .first()
    .waitFor({ timeout })
    .then(
      () => true,
      () => undefined,
    );
}
