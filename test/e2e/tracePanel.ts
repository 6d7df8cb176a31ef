import type { FrameLocator, Locator, Page } from 'playwright-core';
import { eventually } from './eventually.ts';

/** Stretch of time that the timeline shows, µs since the start of the run. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What a person does in the trace panel that a window shows. */
export class TracePanel {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** The page inside the two frames of the webview in front. */
  get content(): FrameLocator {
    const outer = this.#page.locator('iframe.webview.ready').filter({ visible: true }).first();
    return outer.contentFrame().frameLocator('iframe#active-frame');
  }

  tab(name: string): Locator {
    return this.content.getByRole('tab', { name });
  }

  /** Brings a part to the front by a click. */
  async show(name: string): Promise<void> {
    await this.tab(name).click();
    await this.content.locator(`[role=tab][aria-selected=true]`, { hasText: name }).waitFor();
  }

  /** Rows of the table of tasks. */
  get taskRows(): Locator {
    return this.content.locator('.tasks [role=row]:not(.header)');
  }

  get filter(): Locator {
    return this.content.getByRole('searchbox', { name: 'Filter tasks' });
  }

  get canvas(): Locator {
    return this.content.locator('canvas');
  }

  /** State of the run: `Live`, `Paused`, `Ended`, `Recorded`. */
  state(name: string): Locator {
    return this.content.locator('.live-state', { hasText: name });
  }

  /** What the timeline shows, when that fits. */
  spanThat(what: string, fits: (span: Span) => boolean): Promise<Span> {
    return eventually(what, async () => {
      const [from, to] = [await this.canvas.getAttribute('data-from'), await this.canvas.getAttribute('data-to')];
      const span = { from: Number(from ?? Number.NaN), to: Number(to ?? Number.NaN) };
      return fits(span) ? span : undefined;
    });
  }

  /** Goes on with the Tab key until the element has the focus. Returns how many steps that took. */
  async tabTo(target: Locator): Promise<number> {
    for (let steps = 0; steps < 40; steps += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return steps;
      await this.#page.keyboard.press('Tab');
    }
    throw new Error(`The Tab key does not lead to ${String(target)}`);
  }
}
