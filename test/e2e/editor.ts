import type { Locator, Page } from 'playwright-core';

/** What a person does in a VS Code window. Every step waits for what it should cause, and fails in time. */
export class Editor {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens a file through Quick Open and waits for its text. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.#pick(name);
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.page.locator('.monaco-editor .view-line').first().waitFor();
  }

  /** Runs a command by its title in the command palette. */
  async command(title: string): Promise<void> {
    await this.#openPalette();
    await this.#pick(title);
  }

  /** Looks for commands in the command palette and leaves it open; its rows. */
  async findCommands(text: string): Promise<Locator> {
    await this.#openPalette();
    await this.page.keyboard.type(text);
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
    if (!(await panel.isVisible())) await this.page.keyboard.press('Control+Shift+M');
    await panel.waitFor();
    return panel.locator('.monaco-list-row', { hasText: text });
  }

  /** Opens the language status, waits for an item with the text, and closes it again. */
  async languageStatus(text: RegExp): Promise<void> {
    await this.page.locator('.statusbar-item[id="status.languageStatus"]').click();
    await this.page.locator('.hover-language-status', { hasText: text }).first().waitFor();
    await this.page.keyboard.press('Escape');
  }

  /** Puts the cursor at the last occurrence of a piece of code. */
  async clickCode(code: string): Promise<void> {
    await this.page.locator('.monaco-editor .view-line span', { hasText: code }).last().click();
  }

  /** Puts the cursor on a squiggled piece of code and opens the menu of quick fixes; its rows. */
  async quickFixMenu(code: string): Promise<Locator> {
    await this.clickCode(code);
    // Asking before the light bulb is there gets an empty answer.
    await this.page.locator('.monaco-editor [class*=lightbulb i]').first().waitFor();
    await this.page.keyboard.press('Control+.');
    const rows = this.page.locator('.action-widget .monaco-list-row');
    await rows.first().waitFor();
    return rows;
  }

  /** Types at the end of the open file. */
  async typeAtEnd(text: string): Promise<void> {
    await this.page.keyboard.press('Control+End');
    await this.page.keyboard.type(text);
  }

  /** Chooses from a list that asks with this placeholder. */
  async choose(placeholder: string, text: string): Promise<void> {
    await this.page.locator(`.quick-input-widget input[placeholder="${placeholder}"]`).waitFor();
    await this.#pick(text);
  }

  /** A busy window loses a key now and then, while the focus moves. */
  async #openPalette(): Promise<void> {
    const input = this.page.locator('.quick-input-widget input');
    await this.page.keyboard.press('F1');
    try {
      await input.waitFor({ timeout: 5000 });
    } catch {
      await this.page.keyboard.press('F1');
      await input.waitFor();
    }
  }

  async #pick(text: string): Promise<void> {
    await this.page.locator('.quick-input-widget input').waitFor();
    await this.page.keyboard.type(text);
    // Not by Enter: the list may still change while its first row is the wanted one.
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
  }
}
