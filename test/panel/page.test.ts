import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { PanelMessage } from '#protocol/panel.ts';
import { openPanel, type OpenOptions } from '#scripts/panel/openPanel.ts';
import { launchBrowser } from '../e2e/browser.ts';
import { findChromium } from '../e2e/chromium.ts';

// The panel as a webview shows it: its page, its policy, its worker, in a real browser; only the editor around it is played.

const chromium = process.platform === 'win32' ? { reason: 'no Chromium on Windows' } : findChromium();
const skip = typeof chromium === 'string' ? false : chromium.reason;
let browser: Browser | undefined;

before(async () => {
  if (typeof chromium === 'string') browser = await launchBrowser(chromium);
});
after(() => browser?.close());

/** Opens the panel, runs the steps, and fails when the page or its policy complained. */
async function checkPage(options: OpenOptions, steps: (page: Page) => Promise<void>): Promise<void> {
  assert(browser !== undefined);
  const problems: string[] = [];
  const page = await openPanel(browser, options, (text) => problems.push(text));
  page.setDefaultTimeout(15_000);
  try {
    await steps(page);
    assert.deepEqual(problems, []);
  } finally {
    await page.context().close();
  }
}

/** Waits for a message that the panel posts to the editor. */
async function posted(page: Page, kind: PanelMessage['kind']): Promise<unknown> {
  const found = await page.waitForFunction(
    (wanted) => Reflect.get(globalThis, 'rubatoMessages').findLast((each: PanelMessage) => each.kind === wanted),
    kind,
  );
  return found.jsonValue();
}

function tab(page: Page, name: string) {
  return page.getByRole('tab', { name });
}

const rows = '.tasks [role=row]:not(.header)';

test('tasks are listed, filtered and sorted, by keyboard alone', { skip }, async () => {
  await checkPage({ tasks: 20_000 }, async (page) => {
    await page.locator('.group').first().waitFor();
    await tab(page, 'Stuck now').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.locator(rows).first().waitFor();
    assert.match((await page.getByRole('grid').getAttribute('aria-rowcount')) ?? '', /^200\d\d$/);
    await page.getByRole('searchbox', { name: 'Filter tasks' }).focus();
    await page.keyboard.insertText('state:waiting fn:fetchRate');
    await page.getByText(/^\d\d? of 20,0\d\d tasks$/).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.locator('.tasks .side', { hasText: 'fetchRate' }).waitFor();
    await page.locator('.tasks .row.active[aria-rowindex="3"]').waitFor();
    await page.keyboard.press('Enter');
    assert.deepEqual(await posted(page, 'openSource'), { kind: 'openSource', place: 9 });
    await page.getByRole('button', { name: 'Duration' }).click();
    await page.locator('[aria-sort=descending]', { hasText: 'Duration' }).waitFor();
  });
});

test('a wrong filter is explained and leaves the table as it is', { skip }, async () => {
  await checkPage({ tasks: 2000 }, async (page) => {
    await tab(page, 'Tasks').click();
    const box = page.getByRole('searchbox', { name: 'Filter tasks' });
    await box.fill('fn:load color:red');
    await page.getByRole('alert').filter({ hasText: 'color:red: color is not a column' }).waitFor();
    assert.equal(await box.getAttribute('aria-invalid'), 'true');
    await page.getByRole('button', { name: 'Help' }).click();
    await page.getByText('several with a comma').waitFor();
    await page.keyboard.press('Tab');
    await box.focus();
    await page.keyboard.press('Escape');
    await page.locator('.filter-input:not(.wrong)').waitFor();
    assert.equal(await box.inputValue(), '');
  });
});

test('more rows than a browser can be high scroll from the first to the last', { skip }, async () => {
  await checkPage({ tasks: 400_000 }, async (page) => {
    await tab(page, 'Tasks').click();
    const grid = page.getByRole('grid');
    await page.locator(rows).first().waitFor();
    await grid.focus();
    await page.keyboard.press('End');
    const last = Number(await grid.getAttribute('aria-rowcount'));
    await page.locator(`.tasks [aria-rowindex="${last}"].active`).waitFor();
    await page.mouse.move(400, 400);
    await page.mouse.wheel(0, -240);
    await page.locator(`.tasks [aria-rowindex="${last - 35}"]`).waitFor();
    assert((await page.locator(rows).count()) < 80, 'only rows in sight exist');
  });
});

test('the timeline zooms, pans, selects and opens source', { skip }, async () => {
  await checkPage({ tasks: 5000 }, async (page) => {
    await tab(page, 'Timeline').click();
    const canvas = page.locator('canvas[data-frames]');
    await canvas.waitFor();
    const span = async () => {
      const [from, to] = [await canvas.getAttribute('data-from'), await canvas.getAttribute('data-to')].map(Number);
      return { from: from ?? 0, to: to ?? 0, length: (to ?? 0) - (from ?? 0) };
    };
    const changed = async (old: { readonly from: number; readonly to: number }) => {
      await page.waitForFunction(
        ({ from, to }) => {
          const { dataset } = document.querySelector('canvas') ?? {};
          return Number(dataset?.['from']) !== from || Number(dataset?.['to']) !== to;
        },
        { from: old.from, to: old.to },
      );
      return span();
    };
    const whole = await span();
    await page.mouse.move(700, 400);
    await page.mouse.wheel(0, -400);
    const zoomed = await changed(whole);
    assert(zoomed.length < whole.length * 0.6);
    await canvas.focus();
    await page.keyboard.press('ArrowLeft');
    const moved = await changed(zoomed);
    assert(moved.from < zoomed.from && Math.abs(moved.length - zoomed.length) < 1);
    await page.keyboard.press('0');
    assert.equal((await changed(moved)).length, whole.length);
    await page.keyboard.press('n');
    await page.locator('.timeline .side', { hasText: 'handleRequest' }).waitFor();
    await page.keyboard.press('Enter');
    assert.deepEqual(await posted(page, 'openSource'), { kind: 'openSource', place: 1 });
    await page.locator('#timeline-selected', { hasText: 'handleRequest, done' }).waitFor({ state: 'attached' });
  });
});

test('what waits is grouped by await, and leads to its tasks', { skip }, async () => {
  await checkPage({ tasks: 20_000 }, async (page) => {
    const group = page.locator('.group', { hasText: 'await transport.sendMail(message)' });
    await group.waitFor();
    await group.getByRole('button', { name: 'src/mail/sendMail.ts:30:18' }).click();
    await posted(page, 'openSource');
    await group.getByRole('button', { name: 'Show tasks' }).click();
    await page.locator(rows, { hasText: 'sendMail' }).first().waitFor();
    await tab(page, 'Who waits on whom').click();
    await page.getByRole('treegrid').getByRole('gridcell', { name: 'Fold priceItem' }).waitFor();
    await tab(page, 'Sites').click();
    await page
      .getByRole('img', { name: /up to 20 ms: / })
      .first()
      .waitFor();
    await tab(page, 'Compare').click();
    await page.getByRole('button', { name: 'Choose a run…' }).click();
    await page.getByText('run of yesterday').waitFor();
    await page.getByRole('button', { name: 'Perfetto' }).click();
    assert.deepEqual(await posted(page, 'export'), { kind: 'export', format: 'perfetto' });
  });
});

test('tab, filter and order outlive the page', { skip }, async () => {
  await checkPage({ tasks: 2000 }, async (page) => {
    await tab(page, 'Tasks').click();
    await page.getByRole('searchbox', { name: 'Filter tasks' }).fill('fn:load*');
    await page.getByRole('button', { name: 'Busy' }).click();
    await page.locator('[aria-sort=descending]', { hasText: 'Busy' }).waitFor();
    await page.reload();
    await page.locator('[aria-sort=descending]', { hasText: 'Busy' }).waitFor();
    await page.locator(rows, { hasText: 'loadOrder' }).first().waitFor();
  });
});

test('a live run is shown while it goes on and can be held', { skip }, async () => {
  await checkPage({ tasks: 40_000, isLive: true }, async (page) => {
    await page
      .getByRole('status')
      .filter({ hasText: /^(Live|Loop blocked)/ })
      .waitFor();
    await tab(page, 'Tasks').click();
    const total = async () => Number(await page.locator('.grid-box').getAttribute('data-total'));
    const first = await total();
    await page.waitForFunction(
      (than) => Number(document.querySelector<HTMLElement>('.grid-box')?.dataset['total']) > than,
      first,
    );
    await page.getByRole('button', { name: 'Pause' }).click();
    assert.deepEqual(await posted(page, 'setPaused'), { kind: 'setPaused', isPaused: true });
  });
});

/** Hands a message to the panel as the editor would. */
function post(page: Page, message: unknown): Promise<void> {
  return page.evaluate((each) => Reflect.get(globalThis, 'rubatoPost')(each), message);
}

test('text of a trace stays text, whatever it is', { skip }, async () => {
  await checkPage({ tasks: 0 }, async (page) => {
    const hostile = '<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>\u202Etxt.exe\u0007';
    const place = {
      kind: 'await',
      file: hostile,
      line: 1,
      column: 1,
      label: hostile,
      function: hostile,
      isInside: false,
    };
    await post(page, { kind: 'open', version: 1, title: hostile, startedAt: 0, expectedTasks: 0, threads: [hostile] });
    await post(page, { kind: 'places', first: 1, places: [place] });
    const group = { place: 1, function: 1, count: 2, leaves: 2, oldestMs: 5, medianMs: 5, task: 0, startedBy: [1] };
    await post(page, { kind: 'stuck', groups: [group], tree: [], deadlocks: [[{ function: 1, place: 1 }]], alive: 2 });
    const finding = {
      ruleId: hostile,
      severity: 'error',
      message: hostile,
      place: 1,
      verdict: 'confirmed',
      evidence: hostile,
    };
    await post(page, { kind: 'findings', findings: [finding] });
    await post(page, {
      kind: 'status',
      state: 'ended',
      endTime: 1,
      blockedMs: 0,
      dropped: { events: 12_400, messages: 0, tasks: 0 },
      notes: [hostile],
    });
    await page.getByText('12,400 events dropped').waitFor();
    await page.getByText('<img src=x').first().waitFor();
    await tab(page, 'Findings').click();
    await page.locator('.finding', { hasText: '\\u{202e}txt.exe\\u{7}' }).waitFor();
    assert.equal(await page.locator('img, #panel script').count(), 0);
    assert.equal(await page.evaluate(() => Reflect.get(globalThis, 'pwned')), undefined);
  });
});

test('messages of a wrong shape are refused and told once', { skip }, async () => {
  await checkPage({ tasks: 2000 }, async (page) => {
    await page.locator('h1', { hasText: 'server.ts' }).waitFor();
    await post(page, { kind: 'stuck', groups: 'all' });
    await post(page, { kind: 'eval', code: '1' });
    await post(page, 'hello');
    await post(page, { kind: 'show', tab: 'tasks', filter: 'fn:load*' });
    await page.locator(rows, { hasText: 'loadOrder' }).first().waitFor();
    const faults = await page.evaluate(
      () => Reflect.get(globalThis, 'rubatoMessages').filter(({ kind }: PanelMessage) => kind === 'fault').length,
    );
    assert.equal(faults, 1);
  });
});

test('a message that is missing makes the panel begin anew', { skip }, async () => {
  await checkPage({ tasks: 2000 }, async (page) => {
    await tab(page, 'Tasks').click();
    await page.locator(rows).first().waitFor();
    await page.evaluate(() => {
      const floats = new Float32Array(0);
      const [bytes, words, times] = [new Uint8Array(0), new Uint32Array(0), new Float64Array(0)];
      const progress = { end: times, state: bytes, busy: floats, waits: words, waitsAt: words, waitsFrom: floats };
      const columns = { ...progress, function: words, parent: words, thread: new Uint16Array(0), begin: times };
      Reflect.get(globalThis, 'rubatoMessages').length = 0;
      Reflect.get(
        globalThis,
        'rubatoPost',
      )({ kind: 'tasks', first: 5, columns, changed: { ...progress, rows: words }, endTime: 1 });
    });
    await posted(page, 'ready');
    await page.locator(rows).first().waitFor();
  });
});

test('the policy of the page lets nothing else run', { skip }, async () => {
  assert(browser !== undefined);
  const problems: string[] = [];
  const page = await openPanel(browser, { tasks: 0 }, (text) => problems.push(text));
  const outcome = await page.evaluate(async () => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.pwned = 1';
    document.body.append(script);
    const button = document.createElement('button');
    button.setAttribute('onclick', 'globalThis.pwned = 2');
    document.body.append(button);
    button.click();
    const fetched = await fetch('/panel.js').then(
      () => 'fetched',
      () => 'refused',
    );
    return { pwned: Reflect.get(globalThis, 'pwned'), fetched };
  });
  assert.deepEqual(outcome, { pwned: undefined, fetched: 'refused' });
  assert(problems.some((problem) => problem.includes('Content Security Policy')));
  await page.context().close();
});
