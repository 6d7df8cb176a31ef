import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type CDPSession, type Page } from 'playwright-core';
import { openPanel, type OpenOptions } from '#scripts/panel/openPanel.ts';

/**
 * The trace panel in Chromium, on a generated trace:
 *
 *   node bench/panel.ts [--tasks 1000000] [--rounds 3] [--chromium /usr/bin/chromium]
 *
 * Open: from the first message of the host to the first picture that has all tasks. Sort and filter: in the worker, and from the key to the
 * changed rows on the page. Pan and zoom: a wheel or drag event in each frame for some seconds; frames of the page and pictures drawn by the
 * worker are counted apart, for a page that only waits would always have 60. Memory: heaps and buffers of the page and of its workers. Live: a program of about 50,000 events a second.
 * There is no graphics card here: Chromium draws in software, on whatever cores are free.
 */
const { values } = parseArgs({
  options: {
    tasks: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    chromium: { type: 'string', default: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium' },
  },
});
const tasks = Number(values.tasks);
const rounds = Number(values.rounds);

const columns = ['Duration', 'Function', 'Place', 'Started by', 'Busy', 'Waits', 'Waiting at', 'State', 'Begun'];
const filters = [
  'state:waiting',
  'fn:load*',
  'dur>100ms',
  'state:done fn:load* file:src/ dur>100ms waits>1',
  'fetch -file:pricing',
  'parent:handle busy>0.2ms',
];

const browser = await chromium.launch({
  executablePath: values.chromium,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--enable-precise-memory-info'],
});
try {
  console.log(`${tasks.toLocaleString('en')} tasks, ${rounds} rounds, medians; load ${loadNow()}`);
  await measureOpen(browser, 'tasks', '.tasks .row:not(.header) .name');
  await measureOpen(browser, 'timeline', `canvas[data-tasks]`);
  const page = await openOn(browser, 'tasks', { tasks });
  await ready(page, 'tasks');
  await measureTable(page);
  await page.getByRole('tab', { name: 'Timeline' }).click();
  await ready(page, 'timeline');
  await measureFrames(page);
  await measureMemory(page);
  await page.context().close();
  await measureLive(browser);
} finally {
  await browser.close();
}

function loadNow(): string {
  return readFileSync('/proc/loadavg', 'utf8').split(' ')[0] ?? '';
}

/** Opens the panel with a tab in front, as if it had been left there. */
async function openOn(where: Browser, tab: string, options: OpenOptions): Promise<Page> {
  return openPanel(where, { width: 1400, height: 900, tab, ...options }, (text) => console.error(text));
}

/** Resolves with the page's clock when all tasks are on the screen. */
function ready(page: Page, tab: string): Promise<number> {
  return page
    .waitForFunction(
      ({ least, what }) => {
        const grid = document.querySelector<HTMLElement>('.grid-box');
        const canvas = document.querySelector('canvas');
        const shown = what === 'tasks' ? grid?.dataset['total'] : canvas?.dataset['tasks'];
        const isPainted = what !== 'tasks' || document.querySelector('.tasks .row-cells:not(.loading)') !== null;
        return Number(shown ?? 0) >= least && isPainted ? performance.now() : undefined;
      },
      { least: tasks, what: tab },
      { polling: 'raf', timeout: 120_000 },
    )
    .then((handle) => handle.jsonValue())
    .then((time) => time ?? Number.NaN);
}

async function measureOpen(where: Browser, tab: string, selector: string): Promise<void> {
  const times: number[] = [];
  const hosts: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const page = await openOn(where, tab, { tasks });
    const shown = await ready(page, tab);
    await page.locator(selector).first().waitFor();
    const { firstMessageAt, openMs } = await page.evaluate(() => Reflect.get(globalThis, 'rubatoHost'));
    times.push(shown - firstMessageAt);
    hosts.push(openMs);
    await page.context().close();
  }
  print(`open ${tab}: first message to first picture`, times, 'ms', 2000);
  print(`  the host's work before it`, hosts, 'ms');
}

async function measureTable(page: Page): Promise<void> {
  const sorts: number[] = [];
  const sortsSeen: number[] = [];
  for (const column of columns) {
    const seen = await timed(page, () => page.getByRole('columnheader', { name: column }).getByRole('button').click());
    sorts.push(Number(await page.locator('.grid-box').getAttribute('data-sort-ms')));
    sortsSeen.push(seen);
  }
  print('sort: in the worker', sorts, 'ms', 150);
  print('  click to rows, with the driver of the browser', sortsSeen, 'ms');
  const found: number[] = [];
  const foundSeen: number[] = [];
  for (const filter of Array.from({ length: rounds }, () => filters).flat()) {
    const seen = await timed(page, () => page.locator('.tasks .filter-input').fill(filter));
    found.push(Number(await page.locator('.grid-box').getAttribute('data-filter-ms')));
    foundSeen.push(seen);
    await timed(page, () => page.locator('.tasks .filter-input').fill(''));
  }
  print('filter: in the worker', found, 'ms', 30);
  print('  input to rows, with the driver of the browser', foundSeen, 'ms');
}

/** From an act of the user until the table has answered, ms. */
async function timed(page: Page, act: () => Promise<void>): Promise<number> {
  // A late answer to what was asked before must not count.
  await page.waitForTimeout(250);
  await page.evaluate(() => {
    const box = document.querySelector<HTMLElement>('.grid-box');
    const answered = box?.dataset['queries'];
    const changed = new Promise<number>((resolve) => {
      const observer = new MutationObserver(() => {
        if (box?.dataset['queries'] === answered) return;
        observer.disconnect();
        resolve(performance.now());
      });
      if (box !== null)
        observer.observe(box, { attributes: true, childList: true, subtree: true, characterData: true });
    });
    Object.assign(globalThis, { benchStart: performance.now(), benchChanged: changed });
  });
  await act();
  return page.evaluate(async () => {
    const limit = new Promise<number>((resolve) => setTimeout(() => resolve(Number.NaN), 3000));
    const changed: Promise<number> = Reflect.get(globalThis, 'benchChanged');
    return (await Promise.race([changed, limit])) - Reflect.get(globalThis, 'benchStart');
  });
}

interface Frames {
  /** ms between frames of the page. */
  readonly intervals: readonly number[];
  readonly drawn: number;
  readonly ms: number;
  readonly drawMs: readonly number[];
}

/** Dispatches an event in each frame and counts frames. */
function framesWhile(page: Page, what: 'zoom' | 'pan' | 'scroll', seconds: number): Promise<Frames> {
  return page.evaluate(
    async ({ kind, length }) => {
      const canvas = document.querySelector('canvas');
      if (canvas === null) throw new Error('no canvas');
      const box = canvas.getBoundingClientRect();
      const at = {
        clientX: box.left + box.width * 0.6,
        clientY: box.top + box.height / 2,
        bubbles: true,
        cancelable: true,
      };
      const intervals: number[] = [];
      const drawMs: number[] = [];
      const first = Number(canvas.dataset['frames']);
      const begin = performance.now();
      let last = begin;
      if (kind === 'pan') canvas.dispatchEvent(new PointerEvent('pointerdown', { ...at, pointerId: 1, button: 0 }));
      for (let frame = 0; last - begin < length * 1000; frame += 1) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        intervals.push(now - last);
        last = now;
        drawMs.push(Number(canvas.dataset['drawMs']));
        // In and out again, to and fro.
        const turn = Math.floor(frame / 90) % 2 === 0 ? 1 : -1;
        if (kind === 'zoom') canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: -60 * turn }));
        else if (kind === 'scroll')
          canvas.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY: 40 * turn, altKey: true }));
        else
          canvas.dispatchEvent(
            new PointerEvent('pointermove', { ...at, clientX: at.clientX + ((frame * 7) % 500), pointerId: 1 }),
          );
      }
      if (kind === 'pan') canvas.dispatchEvent(new PointerEvent('pointerup', { ...at, pointerId: 1 }));
      return {
        intervals: intervals.slice(2),
        drawMs,
        drawn: Number(canvas.dataset['frames']) - first,
        ms: last - begin,
      };
    },
    { kind: what, length: seconds },
  );
}

async function measureFrames(page: Page): Promise<void> {
  await printFrames(page, 'zoom, charts', 'zoom');
  await printFrames(page, 'pan, charts, whole run', 'pan');
  await page.getByRole('button', { name: 'Expand all' }).click();
  await printFrames(page, 'zoom, all lanes', 'zoom');
  await printFrames(page, 'scroll, all lanes', 'scroll');
  await page.mouse.move(800, 400);
  for (let step = 0; step < 20; step += 1) await page.mouse.wheel(0, -300);
  await page.waitForTimeout(500);
  await printFrames(page, 'pan, lanes with waits, near', 'pan');
}

async function printFrames(page: Page, name: string, what: 'zoom' | 'pan' | 'scroll'): Promise<void> {
  const { intervals, drawn, ms, drawMs } = await framesWhile(page, what, 4);
  const page60 = (1000 * intervals.length) / intervals.reduce((sum, each) => sum + each, 0);
  const pictures = (drawn * 1000) / ms;
  const parts = [
    `${pictures.toFixed(1)} pictures/s`,
    `page ${page60.toFixed(1)} frames/s`,
    `frame p95 ${rank(intervals, 0.95).toFixed(1)} ms, max ${Math.max(...intervals).toFixed(1)} ms`,
    `drawing p50 ${rank(drawMs, 0.5).toFixed(1)} ms, p95 ${rank(drawMs, 0.95).toFixed(1)} ms`,
  ];
  console.log(`${name.padEnd(34)} ${pictures >= 50 ? 'ok  ' : 'SLOW'} ${parts.join(' · ')}`);
}

/** Buffers and heaps of the page and of its workers, by their devtools. The generator's worker is named apart: it is the host in an editor. */
async function measureMemory(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const own = await heapOf((method) => session.send(method));
  console.log(`memory of the page                 ${megabytes(own.used)} heap, ${megabytes(own.backing)} buffers`);
  const workers = await workerHeaps(session);
  for (const { name, used, backing } of workers) {
    console.log(`memory of the worker ${name.padEnd(13)} ${megabytes(used)} heap, ${megabytes(backing)} buffers`);
  }
}

interface Heap {
  readonly used: number;
  readonly backing: number;
}

async function heapOf(send: (method: 'Runtime.getHeapUsage') => Promise<unknown>): Promise<Heap> {
  return heapIn(await send('Runtime.getHeapUsage'));
}

function heapIn(usage: unknown): Heap {
  const field = (name: string): number => {
    const value: unknown = typeof usage === 'object' && usage !== null ? Reflect.get(usage, name) : 0;
    return typeof value === 'number' ? value : 0;
  };
  return { used: field('usedSize'), backing: field('backingStorageSize') };
}

async function workerHeaps(session: CDPSession): Promise<readonly (Heap & { readonly name: string })[]> {
  const found: { readonly sessionId: string; readonly name: string }[] = [];
  const heaps: (Heap & { readonly name: string })[] = [];
  session.on('Target.attachedToTarget', ({ sessionId, targetInfo }) =>
    found.push({ sessionId, name: targetInfo.title || 'host' }),
  );
  session.on('Target.receivedMessageFromTarget', ({ sessionId, message }) => {
    const { result } = JSON.parse(message);
    const name = found.find((each) => each.sessionId === sessionId)?.name ?? '';
    if (result !== undefined) heaps.push({ name: name.includes('rubato') ? 'engine' : 'host', ...heapIn(result) });
  });
  await session.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (const { sessionId } of found) {
    const message = JSON.stringify({ id: 1, method: 'Runtime.getHeapUsage' });
    await session.send('Target.sendMessageToTarget', { sessionId, message });
  }
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return heaps;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0).padStart(4)} MB`;
}

/** Tasks of the generator have 4.8 events: they enter and exit, and 1.4 times they suspend and resume. */
async function measureLive(where: Browser): Promise<void> {
  for (const tab of ['stuck', 'tasks', 'timeline']) {
    const page = await openOn(where, tab, { tasks: 600_000, concurrency: 72, isLive: true, startUs: 25e6 });
    await page.locator('.live-state.live, .live-state.blocked').waitFor({ timeout: 120_000 });
    await page.waitForTimeout(2000);
    const first = await tasksTotal(page);
    const { intervals, ms } = await page.evaluate(async () => {
      const found: number[] = [];
      const begin = performance.now();
      let last = begin;
      while (last - begin < 8000) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        found.push(now - last);
        last = now;
      }
      return { intervals: found.slice(1), ms: last - begin };
    });
    const rate = (((await tasksTotal(page)) - first) / ms) * 1000;
    console.log(
      `live, ${tab.padEnd(28)} ${(rate * 4.8).toFixed(0)} events/s · frame p95 ${rank(intervals, 0.95).toFixed(1)} ms, p99 ${rank(intervals, 0.99).toFixed(1)} ms, max ${Math.max(...intervals).toFixed(1)} ms`,
    );
    await page.context().close();
  }
}

async function tasksTotal(page: Page): Promise<number> {
  return Number(((await page.locator('.facts').textContent()) ?? '').replaceAll(',', '').match(/(\d+) tasks/)?.[1]);
}

function rank(all: readonly number[], share: number): number {
  return all.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(all.length * share) - 1)] ?? Number.NaN;
}

function print(name: string, all: readonly number[], unit: string, goal?: number): void {
  const most = Math.max(...all);
  const verdict = goal === undefined ? '    ' : rank(all, 0.5) <= goal ? 'ok  ' : 'SLOW';
  const text = `median ${rank(all, 0.5).toFixed(1)} ${unit}, max ${most.toFixed(1)} ${unit}${goal === undefined ? '' : ` (goal ${goal} ${unit})`}`;
  console.log(`${name.padEnd(34)} ${verdict} ${text}`);
}
