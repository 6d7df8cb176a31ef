/** What a run says of findings: evidence written by hand, sources that may have changed since. */
import { test } from 'node:test';
import { contentHash } from '#protocol/contentHash.ts';
import type { Distribution, ObservationKind } from '#protocol/evidence.ts';
import { checkEvidence } from './checkEvidence.ts';
import { each, TracedRun } from './tracedRun.ts';

const load = `import { readFileSync } from 'node:fs';
export async function load(path: string) {
  return readFileSync(path, 'utf8');
}
`;
const head = 'async function load';
const read = `readFileSync(path, 'utf8')`;

test('a blocking call is confirmed by a block or one call of 10 ms, not by quick ones', async (t) => {
  const now = { 'a.ts': load };
  const called = (durationMs: Distribution) =>
    new TracedRun(now)
      .loaded('a.ts', head, durationMs.count)
      .saw('a.ts', read, { head, kind: 'called-blocking', count: durationMs.count, durationMs });
  const slow = { count: 3, p50: 96, p95: 400, max: 412 };
  await checkEvidence(t, now, [
    { runs: [called(each(0.3, 120))], expected: ['a.ts:3 blocking-call ran: 120 times, 0.3 ms at most'] },
    { runs: [called(each(10))], expected: ['a.ts:3 blocking-call confirmed: took 10 ms, once'] },
    {
      runs: [called(slow).saw('a.ts', read, { head, count: 3, durationMs: slow })],
      expected: ['a.ts:3 blocking-call confirmed: blocked the loop 412 ms at most, 3 times (p50 96 ms)'],
    },
  ]);
});

test('evidence moves with its function', async (t) => {
  const run = new TracedRun({ 'a.ts': load })
    .loaded('a.ts', head, 1)
    .saw('a.ts', read, { head, durationMs: each(412) });
  const moved = `// A comment.\nexport const one = 1;\n\n${load.replace('import', 'export const two = 2;\nimport')}`;
  await checkEvidence(t, { 'a.ts': moved }, [
    { runs: [run], expected: ['a.ts:7 blocking-call confirmed: blocked the loop 412 ms, once'] },
  ]);
});

test('evidence goes stale with the text of its function', async (t) => {
  const run = (name: string) =>
    new TracedRun({ 'a.ts': load.replace('utf8', 'latin1').replace('load(', `${name}(`) })
      .loaded('a.ts', `async function ${name}`, 1)
      .saw('a.ts', `readFileSync(path, 'latin1')`, { head: `async function ${name}`, durationMs: each(412) });
  const note = 'a.ts: 1 place where a run saw trouble is not found in this text: run the program again';
  await checkEvidence(t, { 'a.ts': load }, [
    { runs: [run('load')], expected: ['a.ts:3 blocking-call stale: `load` has changed since', note] },
    { runs: [run('fetchText')], expected: ['a.ts:3 blocking-call stale: `load` is new or has changed since', note] },
  ]);
});

test('what did not run is said as far as it is known', async (t) => {
  const now = { 'a.ts': load };
  const limits = ['12,400 events were lost'];
  const cases: readonly (readonly [TracedRun, string])[] = [
    [new TracedRun(now).loaded('a.ts', head, 0), 'not-run: `load` was loaded and never called'],
    [new TracedRun(now), 'not-run: the file was not loaded'],
    [new TracedRun(now, { limits }), 'unknown: the run is not whole, and shows nothing of the file'],
    [
      new TracedRun(now, { limits }).loaded('a.ts', head, 0),
      'unknown: the run is not whole, and shows no call of `load`',
    ],
  ];
  await checkEvidence(
    t,
    now,
    cases.map(([run, text]) => ({ runs: [run], expected: [`a.ts:3 blocking-call ${text}`] })),
  );
});

test('functions that are not async are not counted, but what happens in them is seen', async (t) => {
  const now = {
    'a.ts': `import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
createServer((request, response) => {
  response.end(readFileSync('index.html'));
});
`,
  };
  const listener = '(request, response) =>';
  await checkEvidence(t, now, [
    {
      runs: [new TracedRun(now).loadedSync('a.ts', listener)],
      expected: ['a.ts:4 blocking-call unknown: `callback of createServer` is not async: its calls are not counted'],
    },
    {
      runs: [new TracedRun(now).saw('a.ts', `readFileSync('index.html')`, { head: listener, durationMs: each(80) })],
      expected: ['a.ts:4 blocking-call confirmed: blocked the loop 80 ms, once'],
    },
  ]);
});

const chain = {
  'route.ts': `import { readSettings } from './settings.ts';
export async function route() {
  return readSettings().title;
}
`,
  'settings.ts': `import { readFileSync } from 'node:fs';
export function readSettings(): { title: string } {
  return JSON.parse(readFileSync('settings.json', 'utf8'));
}
`,
};
const route = 'async function route';
const settings = 'function readSettings';
const settingsRead = `readFileSync('settings.json', 'utf8')`;

test('a finding with a path is confirmed where the path ends, unless its own function never ran', async (t) => {
  const run = (entered: number) =>
    new TracedRun(chain)
      .loaded('route.ts', route, entered)
      .saw('settings.ts', settingsRead, { head: settings, durationMs: each(60) });
  const confirmed = `confirmed: \`${settingsRead}\` blocked the loop 60 ms, once [step 0]`;
  await checkEvidence(t, chain, [
    { runs: [run(1)], expected: [`route.ts:3 blocking-call ${confirmed}`] },
    {
      // It blocked on another way, which is news.
      runs: [run(0)],
      expected: [
        'route.ts:3 blocking-call not-run: `route` was loaded and never called',
        `settings.ts:3 blocking-call observed error: \`${settingsRead}\` blocked the loop 60 ms, once`,
      ],
    },
    {
      runs: [
        new TracedRun(chain)
          .loaded('route.ts', route, 1)
          .saw('settings.ts', settingsRead, { head: settings, kind: 'called-blocking', durationMs: each(0.2) }),
      ],
      expected: [`route.ts:3 blocking-call ran: \`${settingsRead}\` once, 0.2 ms at most [step 0]`],
    },
  ]);
});

test('of a function whose calls are not counted, the end of its path proves nothing', async (t) => {
  const now = {
    ...chain,
    'route.ts': `import { createServer } from 'node:http';
import { readSettings } from './settings.ts';
createServer((request, response) => {
  response.end(readSettings().title);
});
`,
  };
  const run = () => new TracedRun(now).loadedSync('route.ts', '(request, response) =>');
  const saw = { head: settings, durationMs: each(60) };
  const callers = [run().callerAt('route.ts', 'readSettings().title')];
  const blocked = `\`${settingsRead}\` blocked the loop 60 ms, once`;
  await checkEvidence(t, now, [
    {
      runs: [run().saw('settings.ts', settingsRead, saw)],
      expected: [`route.ts:4 blocking-call unknown: ${blocked}; whether on this way is not known`],
    },
    {
      runs: [run().saw('settings.ts', settingsRead, { ...saw, callers })],
      expected: [`route.ts:4 blocking-call confirmed: ${blocked} [step 0]`],
    },
  ]);
});

test('what happened below a line on the stack confirms the finding there', async (t) => {
  const run = new TracedRun(chain).loaded('route.ts', route, 1);
  run.saw('settings.ts', 'JSON.parse', {
    head: settings,
    durationMs: each(60),
    callers: [run.callerAt('route.ts', 'readSettings().title')],
  });
  await checkEvidence(t, { ...chain, 'route.ts': `\n\n${chain['route.ts']}` }, [
    {
      runs: [run],
      expected: ['route.ts:5 blocking-call confirmed: `JSON.parse` blocked the loop 60 ms, once [step 0]'],
    },
  ]);
});

test('promises: floating ones that outlive their starter, rejections that nobody handled', async (t) => {
  const now = {
    'a.ts': `export async function add() {
  save();
  void fail();
}
export async function fail(): Promise<void> {
  await save();
  throw new RangeError('no');
}
`,
  };
  const add = 'async function add';
  const fail = 'async function fail';
  const run = (ms: number) =>
    new TracedRun(now)
      .loaded('a.ts', add, 2)
      .loaded('a.ts', fail, 2)
      .saw('a.ts', 'save()', { head: add, kind: 'floated', count: 2, durationMs: each(ms, 2) });
  const thrown = 'throw new RangeError';
  await checkEvidence(t, now, [
    {
      runs: [run(35)],
      expected: [
        'a.ts:2 floating-promise confirmed: went on after its starter was done 35 ms at most, 2 times (p50 35 ms)',
        'a.ts:3 unsafe-void ran: `add` 2 times, with nothing of the kind',
      ],
    },
    {
      runs: [run(0).saw('a.ts', thrown, { head: fail, kind: 'unhandled', count: 2, errorClasses: ['RangeError'] })],
      expected: [
        'a.ts:2 floating-promise ran: 2 times',
        `a.ts:3 unsafe-void confirmed: \`${thrown}\` rejected 2 times with nobody to handle it (RangeError) [step 0]`,
      ],
    },
  ]);
});

test('an empty catch is confirmed by what it dropped; conditions are confirmed by nothing', async (t) => {
  const now = {
    'a.ts': `export async function run() {
  try {
    await save();
  } catch {}
  if (load()) await save();
}
`,
  };
  const run = 'async function run';
  const errorClasses = ['TypeError', 'Error'];
  await checkEvidence(t, now, [
    {
      runs: [
        new TracedRun(now)
          .loaded('a.ts', run, 4)
          .saw('a.ts', 'catch', { head: run, kind: 'swallowed', count: 4, errorClasses }),
      ],
      expected: [
        'a.ts:4 swallowed-rejection confirmed: dropped 4 errors (TypeError, Error)',
        'a.ts:5 promise-in-condition ran: `run` 4 times, a run does not show more of this',
      ],
    },
  ]);
});

const busy = `export async function parseAll(text: string) {
  for (;;) if (text.length > 0) return text;
}
`;

function busyRun(): TracedRun {
  return new TracedRun({ 'a.ts': busy }).loaded('a.ts', 'async function parseAll', 1).saw('a.ts', 'for (;;)', {
    head: 'async function parseAll',
    label: 'parseAll',
    count: 3,
    durationMs: { count: 3, p50: 96, p95: 400, max: 412 },
  });
}

test('trouble that no rule saw becomes a finding, with the settings of its rule', async (t) => {
  const runs = [busyRun()];
  const message = '`parseAll` blocked the loop 412 ms at most, 3 times (p50 96 ms)';
  const configured = (severity: 'warning' | 'off') => ({
    runs,
    configuration: { rules: { 'blocking-call': severity } },
  });
  await checkEvidence(t, { 'a.ts': busy }, [
    { runs, expected: [`a.ts:2 blocking-call observed error: ${message}`] },
    { ...configured('warning'), expected: [`a.ts:2 blocking-call observed warning: ${message}`] },
    { ...configured('off'), expected: [] },
  ]);
});

test('a suppression takes what was observed too, and is of use then', async (t) => {
  const now = { 'a.ts': `// rubato-ignore-file blocking-call -- a batch job\n${busy}` };
  await checkEvidence(t, now, [{ runs: [busyRun()], expected: [] }]);
});

test('trouble in a function that the run has no hash of is found by the hash of the file', async (t) => {
  const now = { 'a.ts': `export async function run() {\n  count();\n}\nfunction count() {\n  for (;;);\n}\n` };
  const saw = (fileHash: string) =>
    new TracedRun(now).saw('a.ts', 'for (;;)', { label: 'count', fileHash, offset: undefined, durationMs: each(90) });
  await checkEvidence(t, now, [
    {
      runs: [saw(contentHash(now['a.ts']))],
      expected: ['a.ts:5 blocking-call observed error: `count` blocked the loop 90 ms, once'],
    },
    {
      runs: [
        saw(contentHash(now['a.ts'])).saw('a.ts', 'count() {', {
          label: 'count',
          fileHash: contentHash(now['a.ts']),
          offset: undefined,
          count: 2,
          durationMs: each(120, 2),
        }),
      ],
      expected: ['a.ts:4 blocking-call observed error: `count` blocked the loop 120 ms at most, 3 times (p50 120 ms)'],
    },
    {
      runs: [saw('00000000000000')],
      expected: ['a.ts: 1 place where a run saw trouble is not found in this text: run the program again'],
    },
  ]);
});

test('observed: rejections, late ones as hints, lost tasks; not what is meant or happens while a module loads', async (t) => {
  const now = {
    'a.ts': `export async function work(jobs: (() => Promise<void>)[]) {
  const all = jobs.map((job) => job());
  await Promise.all(all);
}
for (const name of ['a']) console.log(name);
`,
  };
  const work = 'async function work';
  const saw = (kind: ObservationKind) =>
    new TracedRun(now).loaded('a.ts', work, 1).saw('a.ts', 'Promise.all(all)', { head: work, kind });
  const harmless: readonly ObservationKind[] = ['awaited', 'pending-at-exit', 'swallowed', 'floated'];
  const lost = '`Promise.all(all)` was dropped while it waited, once: it can never go on';
  const late = '`Promise.all(all)` rejected once before anybody handled it';
  const unhandled = '`Promise.all(all)` rejected once with nobody to handle it';
  await checkEvidence(t, now, [
    { runs: [saw('unhandled')], expected: [`a.ts:3 floating-promise observed error: ${unhandled}`] },
    { runs: [saw('handled-late')], expected: [`a.ts:3 floating-promise observed hint: ${late}`] },
    { runs: [saw('lost')], expected: [`a.ts:3 lost-promise observed warning: ${lost}`] },
    { runs: harmless.map(saw), expected: [] },
    { runs: [new TracedRun(now).saw('a.ts', 'for (const name', { durationMs: each(300) })], expected: [] },
  ]);
});

test('of several runs, the one that says more of a function is asked, then the newer', async (t) => {
  const now = { 'a.ts': load };
  const blocked = (startedAt: number, ms: number) =>
    new TracedRun(now, { startedAt }).loaded('a.ts', head, 1).saw('a.ts', read, { head, durationMs: each(ms) });
  const idle = new TracedRun(now, { startedAt: 2 }).loaded('a.ts', head, 0);
  const confirmed = 'a.ts:3 blocking-call confirmed: blocked the loop';
  await checkEvidence(t, now, [
    { runs: [blocked(1, 90), idle], expected: [`${confirmed} 90 ms, once [run 1]`] },
    { runs: [blocked(1, 90), idle, blocked(3, 70)], expected: [`${confirmed} 70 ms, once`] },
  ]);
});
