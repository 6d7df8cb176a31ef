import type { Browser, Locator } from 'playwright-core';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openWindow } from './browser.ts';
import { Editor } from './editor.ts';
import { patienceMs } from './eventually.ts';
import { passed, type Outcome } from './outcome.ts';
import type { WorkbenchServer } from './workbenchServer.ts';

/** Records that the hook writes for one parcel of fixtures/conveyor: enter, suspend, resume, exit. */
const eventsPerTask = 4;
const typedKeys = 120;
const msBetweenKeys = 60;

/** How a window answered while somebody typed into it, ms. */
interface Answers {
  /** From each key to the picture in which the lines of the editor have changed, in order. */
  readonly keys: readonly number[];
  /** Work of the window's main thread that took 50 ms or more. */
  readonly long: readonly number[];
}

/**
 * Runs a program of about 50,000 events a second with the panel open and live beside an editor, and prints how fast the editor shows what is
 * typed into it: alone, and beside each part of the panel. Run with `ownTrace`, it also tells what stood in the way of the extension host.
 * Nothing is judged: only a quiet machine answers as fast as it can. The loads of the machine are printed for that.
 */
export async function measureLive(browser: Browser, server: WorkbenchServer): Promise<Outcome> {
  const folder = join(server.workspace, 'conveyor');
  // Enter would take a suggestion, mostly what stands there already, and change nothing that could be seen.
  server.setSettings({ 'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' } });
  const window = await openWindow(browser, server, { open: folder });
  window.page.setDefaultTimeout(patienceMs);
  const editor = new Editor(window.page);
  try {
    await editor.openFile('belt.js');
    await focusText(editor);
    // What is compiled at the first keys is no part of it.
    await typeInto(editor);
    report('alone', await typeInto(editor));
    const program = spawn(process.execPath, [resolve('dist/cli.js'), 'run', '--', 'node', 'src/main.js'], {
      cwd: folder,
      stdio: 'ignore',
    });
    const ended = once(program, 'exit');
    try {
      await editor.command('Rubato: Show Trace');
      await editor.panel.state('Live').waitFor();
      for (const tab of ['Stuck now', 'Tasks', 'Timeline', 'Sites']) report(tab, ...(await besideTab(editor, tab)));
      await window.page.screenshot({ path: join(resolve('.workbench'), 'live.png') });
    } finally {
      program.kill('SIGINT');
      await ended;
    }
    await editor.panel.state('Ended').waitFor();
    return passed(1);
  } finally {
    await window.close();
  }
}

/** The words of the file are soon out of sight. */
function focusText({ page }: Editor): Promise<void> {
  return page.locator('.monaco-editor .view-lines').first().click();
}

async function besideTab(editor: Editor, tab: string): Promise<readonly [Answers, Live]> {
  const { panel } = editor;
  await panel.show(tab);
  await focusText(editor);
  const facts = panel.content.locator('.facts');
  const before = await tasksIn(facts);
  const start = performance.now();
  const frames = panel.content.locator('body').evaluate(framesFor, typedKeys * msBetweenKeys);
  const answers = await typeInto(editor);
  const seconds = (performance.now() - start) / 1000;
  return [answers, { events: (((await tasksIn(facts)) - before) * eventsPerTask) / seconds, frames: await frames }];
}

/** What the panel showed meanwhile. */
interface Live {
  /** Events in a second, from the number of tasks that it shows. */
  readonly events: number;
  /** Between its frames, ms. */
  readonly frames: readonly number[];
}

async function tasksIn(facts: Locator): Promise<number> {
  return Number(/([\d,]+) tasks/.exec((await facts.textContent()) ?? '')?.[1]?.replaceAll(',', ''));
}

async function typeInto({ page }: Editor): Promise<Answers> {
  await page.evaluate(watchKeys);
  for (let key = 0; key < typedKeys; key += 1) {
    await page.keyboard.press(key % 20 === 19 ? 'Enter' : 'x');
    await page.waitForTimeout(msBetweenKeys);
  }
  return page.evaluate(() => {
    const found: Answers = Reflect.get(globalThis, 'rubatoAnswers');
    return { keys: [...found.keys], long: [...found.long] };
  });
}

/** In the window: from each key to the end of the frame that changes the lines of the editor. */
function watchKeys(): void {
  const keys: number[] = [];
  const long: number[] = [];
  const isFirst = Reflect.get(globalThis, 'rubatoAnswers') === undefined;
  Object.assign(globalThis, { rubatoAnswers: { keys, long } });
  if (!isFirst) return;
  const answers = (): { keys: number[]; long: number[] } => Reflect.get(globalThis, 'rubatoAnswers');
  new PerformanceObserver((list) => answers().long.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  });
  let unseen: number[] = [];
  addEventListener('keydown', ({ timeStamp }) => unseen.push(timeStamp), true);
  const lines = document.querySelector('.monaco-editor .view-lines');
  if (lines === null) throw new Error('no editor');
  new MutationObserver(() => {
    const shown = unseen;
    unseen = [];
    const channel = new MessageChannel();
    // Comes after the frame was painted.
    channel.port1.addEventListener('message', () =>
      answers().keys.push(...shown.map((time) => performance.now() - time)),
    );
    channel.port1.start();
    channel.port2.postMessage(undefined);
  }).observe(lines, { childList: true, subtree: true, characterData: true });
}

/** In the panel: ms between its frames. */
async function framesFor(_body: Element, ms: number): Promise<readonly number[]> {
  const found: number[] = [];
  const begin = performance.now();
  for (let last = begin; last - begin < ms;) {
    const now = await new Promise<number>((answer) => requestAnimationFrame(answer));
    found.push(now - last);
    last = now;
  }
  return found.slice(1);
}

function report(name: string, { keys, long }: Answers, live?: Live): void {
  const parts = [
    `${keys.length} keys to picture ${spread(keys)}`,
    `${long.length} long tasks${long.length > 0 ? ` (at most ${Math.max(...long).toFixed(0)} ms)` : ''}`,
    ...(live === undefined ? [] : [`${live.events.toFixed(0)} events/s`, `panel's frames ${spread(live.frames)}`]),
    `load ${readFileSync('/proc/loadavg', 'utf8').split(' ')[0]}`,
  ];
  console.log(`${name.padEnd(10)} ${parts.join(' · ')}`);
}

function spread(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN).toFixed(0);
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, max ${at(1)} ms`;
}
