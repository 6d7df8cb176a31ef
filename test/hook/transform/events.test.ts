/** What the runtime hears of small programs: the order is what a trace is made of. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { transformModule } from '#hook/transform/transformModule.ts';
import { checkedRuntime } from './checkedRuntime.ts';
import { runBoth } from './runBoth.ts';

interface Case {
  readonly name: string;
  readonly source: string;
  readonly events: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: 'a task that awaits another',
    source: `async function a() { return await b(1) } async function b(x) { return await x } return a();`,
    events: ['a: enter', 'b: enter', 'b: wait x', 'a: wait b(1)', 'b: go on', 'b: exit', 'a: go on', 'a: exit'],
  },
  {
    name: 'an error on its way',
    source: `async function a() { try { await b() } catch (e) { return e.message } finally { log(1) } } async function b() { await 0; throw new RangeError('r') } return a();`,
    events: [
      'a: enter',
      'b: enter',
      'b: wait 0',
      'a: wait b()',
      'b: go on',
      'b: throw RangeError',
      'b: exit',
      'a: go on',
      'a: exit',
    ],
  },
  {
    name: 'returns after which the function goes on',
    source: `async function h() {} function* g() { try { yield 1 } finally { h() } } async function f() { for (const x of g()) return x } async function i() { try { return await f() } finally { await 2 } } return i();`,
    events: [
      ...['i: enter', 'f: enter', 'h: enter', 'h: exit', 'f: exit', 'i: wait f()', 'i: go on', 'i: wait 2'],
      ...['i: go on', 'i: exit'],
    ],
  },
  {
    name: 'all ways to an end',
    source: `async function f(x) { if (x === 1) return; if (x === 2) return x, 5; if (x === 3) throw 6; await x } return Promise.allSettled([f(1), f(2), f(3), f(4)]);`,
    events: [
      ...['f: enter', 'f: exit', 'f: enter', 'f: exit', 'f: enter', 'f: throw 6', 'f: exit'],
      ...['f: enter', 'f: wait x', 'f: go on', 'f: exit'],
    ],
  },
  {
    name: 'tasks side by side',
    source: `return Promise.all([1, 2].map(async (x) => { await x }));`,
    events: [
      'callback of [1, 2].map(): enter',
      'callback of [1, 2].map(): wait x',
      'callback of [1, 2].map(): enter',
      'callback of [1, 2].map(): wait x',
      'callback of [1, 2].map(): go on',
      'callback of [1, 2].map(): exit',
      'callback of [1, 2].map(): go on',
      'callback of [1, 2].map(): exit',
    ],
  },
  {
    name: 'a loop over a generator that is left early',
    source: `async function* g() { try { yield 1; yield 2 } finally { await 3 } } async function f() { for await (const x of g()) break; return await 4 } return f();`,
    events: [
      'f: enter',
      'g: enter',
      'g: yield 1',
      'f: wait g()',
      'f: go on',
      'f: wait g()',
      'g: go on',
      'g: wait 3',
      'g: go on',
      'g: exit',
      'f: go on',
      'f: wait 4',
      'f: go on',
      'f: exit',
    ],
  },
  {
    name: 'errors that are dropped',
    source: `function f() { try { JSON.parse('{') } catch { return 1 } } f(); return Promise.reject(new TypeError()).catch(() => {});`,
    events: ['drop SyntaxError at catch', 'left f()', 'drop TypeError at .catch()'],
  },
  {
    name: 'errors that are not dropped',
    source: `function f(g) { try { g() } catch (e) { log(e) } try { g() } catch { throw 1 } } function h(r) { return Promise.reject(2).catch((e) => r(e)) } try { f(() => { throw 3 }) } catch (e) { log(e) } async function i() { try { await h(log); throw 4 } catch { return Promise.reject(5) } } return i().catch((e) => log(e));`,
    events: ['i: enter', 'i: wait h(log)', 'i: go on', 'i: exit'],
  },
  {
    name: 'calls whose result nobody uses',
    source: `async function save() { await 1 }\nconst o = { save }; save(); void o.save(); o?.save(); true && save(); false || save(); true ? save() : 0; save(), save(); console?.log; new Promise((r) => r()).then(save);`,
    events: [
      'save()',
      'o.save()',
      'o?.save()',
      'save()',
      'save()',
      'save()',
      'save()',
      'save()',
      'new Promise((r) => r()).then(save)',
    ].map((call) => `left ${call}`),
  },
  {
    name: 'calls that nobody watches',
    source: `async function f() {} const a = []; a.push(1); Math.max(1); queueMicrotask(f); class A {} new (class extends A { constructor() { super() } })(); f(); JSON.parse('1');`,
    events: ['left f()', "timed JSON.parse('1')"],
  },
  {
    name: 'calls that block',
    source: `const o = { readSync: (x) => x }; async function f() { JSON.parse('1'); return JSON.stringify(o.readSync(await 2)) } return f();`,
    events: [
      'f: enter',
      "timed JSON.parse('1')",
      'f: wait 2',
      'f: go on',
      'timed o.readSync(await 2)',
      'timed JSON.stringify(o.readSync(await 2))',
      'f: exit',
    ],
  },
];

for (const { name, source, events } of cases) {
  test(`events of ${name}`, async () => {
    const checked = await runBoth(source);
    const kinds = new Set(events.map((each) => each.split(' ')[0]));
    assert.deepEqual(
      checked.events.filter((each) => kinds.has(each.split(' ')[0])),
      events,
    );
  });
}

test('events of a module that awaits', async () => {
  const source = `export const late = async () => await 1;\nlate();\nconst x = await late();\nfor await (const y of [x]) y\nexport { x }`;
  const changed = transformModule(source, { format: 'module', file: 1, firstSite: 1, name: 'file.js' });
  assert.ok(changed !== undefined);
  const { runtime, events, faults, leftovers } = checkedRuntime(changed.sites);
  Object.defineProperty(globalThis, '__rubato', { value: runtime, configurable: true });
  try {
    await import(`data:text/javascript,${encodeURIComponent(changed.code)}`);
  } finally {
    Reflect.deleteProperty(globalThis, '__rubato');
  }
  assert.deepEqual([faults, leftovers()], [[], []]);
  assert.deepEqual(events, [
    ...['file.js: enter', 'late: enter', 'late: wait 1', 'left late()', 'late: enter', 'late: wait 1'],
    ...['file.js: wait late()', 'late: go on', 'late: exit', 'late: go on', 'late: exit', 'file.js: go on'],
    ...['file.js: wait [x]', 'file.js: go on', 'file.js: wait [x]', 'file.js: go on', 'file.js: exit'],
  ]);
});
