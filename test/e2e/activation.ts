import type { Browser } from 'playwright-core';
import { join } from 'node:path';
import { openWindow } from './browser.ts';
import { Editor } from './editor.ts';
import { passed, type Outcome } from './outcome.ts';
import type { WorkbenchServer } from './workbenchServer.ts';

/** What the extension may cost the extension host at once, in ms. Printed, not tested: only a quiet machine can keep it. */
const budgetMs = 50;

/** One activation, as the extension host measured it, in ms. */
interface Activation {
  /** Reading and running `dist/extension.cjs`. */
  readonly load: number;
  /** The synchronous part of `activate`. */
  readonly call: number;
  /** From the call to the end of its promise: the server has started. */
  readonly finish: number;
}

/** Opens windows one after the other and prints what VS Code's own page of start-up times says of the packed extension. */
export async function measureActivation(browser: Browser, server: WorkbenchServer, rounds: number): Promise<Outcome> {
  const found: Activation[] = [];
  for (let round = 0; round < rounds; round++) found.push(await activateOnce(browser, server));
  const middle = (read: (each: Activation) => number): number =>
    found.map(read).toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ?? Number.NaN;
  const line = (name: string, read: (each: Activation) => number): string =>
    `${name.padEnd(28)} ${middle(read)} ms  (${found.map(read).join(', ')})`;
  console.log(line('load dist/extension.cjs', ({ load }) => load));
  console.log(line('activate(), synchronous', ({ call }) => call));
  console.log(line('activate(), until it ended', ({ finish }) => finish));
  console.log(`budget of the first two together: ${budgetMs} ms`);
  return passed(found.length);
}

async function activateOnce(browser: Browser, server: WorkbenchServer): Promise<Activation> {
  // High, so that the editor draws every line of the page.
  const size = { width: 1600, height: 9000 };
  const window = await openWindow(browser, server, { open: join(server.workspace, 'shop'), size });
  try {
    const editor = new Editor(window.page);
    await editor.openFile('orders.ts');
    await editor.squiggles('error').first().waitFor();
    await editor.command('Developer: Startup Performance');
    const row = editor.line(/^\|?\s*rubato\.rubato/).first();
    await row.waitFor();
    return parseRow(await row.textContent());
  } finally {
    await window.close();
  }
}

/** `| rubato.rubato | false | 12 | 3 | 400 | onLanguage:typescript | … |` */
function parseRow(text: string | null): Activation {
  const cells = (text ?? '').split('|').map((cell) => cell.trim());
  const from = cells.indexOf('rubato.rubato');
  const [load, call, finish] = cells.slice(from + 2, from + 5).map(Number);
  if (load === undefined || call === undefined || finish === undefined || !Number.isFinite(load + call + finish))
    throw new Error(`A row of another form: ${text}`);
  return { load, call, finish };
}
