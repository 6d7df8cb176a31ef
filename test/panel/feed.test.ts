import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelLimits, type HostMessage, type TasksMessage } from '#protocol/panel.ts';
import { isHostMessage, isPanelMessage } from '#protocol/panelGuards.ts';
import { generatedModel, liveViewOf } from '#scripts/panel/generatedModel.ts';
import { panelFeed, type PanelFeed } from '#trace/panel/panelFeed.ts';
import type { Resolve } from '#trace/sourcePlace.ts';
import { smallModel } from '../trace/export/smallModel.ts';

const resolve: Resolve = (file, line, column) => ({ file: file.replace('/app/', ''), line, column, isInside: true });
const model = generatedModel({ tasks: 4000, stuckCalls: 20 });

function everything(feed: PanelFeed, of = model): readonly HostMessage[] {
  return [
    ...feed.open(of, { state: 'recorded' }),
    ...feed.stuck(of),
    ...feed.statistics(of),
    ...feed.findings([
      {
        ruleId: 'a',
        severity: 'error',
        message: 'm',
        evidence: '',
        verdict: 'confirmed',
        at: resolve('/app/x.ts', 1, 1),
      },
    ]),
    ...feed.compare({ model: smallModel, resolve, name: 'old' }, { model: of, resolve, name: 'new' }),
    ...feed.waits(of, [1, 2, 3, 99_999]),
  ];
}

test('what the host posts passes the guard, and places come before they are named', () => {
  for (const each of [model, smallModel, { threads: [], places: [], notes: [] }]) {
    let places = 0;
    for (const message of everything(panelFeed({ title: 'x', resolve }), each)) {
      assert(isHostMessage(message), message.kind);
      if (message.kind === 'places') places += message.places.length;
      if (message.kind === 'tasks') assert(message.columns.function.every((place) => place <= places));
      if (message.kind === 'statistics') assert(message.sites.every(({ place }) => place <= places));
    }
  }
});

test('JSON in between changes nothing but columns', () => {
  for (const message of everything(panelFeed({ title: 'x', resolve }))) {
    const kept: unknown[] = [];
    const text = JSON.stringify(message, (_, value: unknown) =>
      ArrayBuffer.isView(value) ? kept.push(value) - 1 : value,
    );
    assert.doesNotMatch(text, /null/, message.kind);
  }
});

test('live news tell the same tasks as opening the whole', () => {
  const view = liveViewOf(model);
  const feed = panelFeed({ title: 'x', resolve });
  const told: HostMessage[] = [...feed.open(view(0), { state: 'live' })];
  const end = model.threads[0]?.endTime ?? 0;
  for (let step = 1; step <= 40; step += 1) told.push(...feed.update(view((end * step) / 40), { state: 'live' }));
  const whole = panelFeed({ title: 'x', resolve }).open(model, { state: 'recorded' });
  assert.deepEqual(tableOf(told), tableOf(whole));
  const sizes = told.flatMap((message) => (message.kind === 'tasks' ? [message.changed.rows.length] : []));
  assert(Math.max(...sizes) < 300, 'only living tasks are told again');
});

/** Columns that can change, by row, after all messages. */
function tableOf(messages: readonly HostMessage[]): readonly unknown[] {
  const rows: unknown[] = [];
  const keep = (message: TasksMessage, part: 'columns' | 'changed', row: number, index: number) => {
    const { end, state } = message[part];
    rows[row] = { end: end[index], state: state[index] };
  };
  for (const message of messages) {
    if (message.kind !== 'tasks') continue;
    for (let index = 0; index < message.columns.begin.length; index += 1)
      keep(message, 'columns', message.first + index, index);
    for (const [index, row] of message.changed.rows.entries()) keep(message, 'changed', row, index);
  }
  return rows;
}

test('rows that were let go open the trace anew', () => {
  const feed = panelFeed({ title: 'x', resolve });
  feed.open(smallModel, { state: 'live' });
  const [thread] = smallModel.threads;
  assert(thread !== undefined);
  const folded = { ...smallModel, threads: [{ ...thread, folded: { ...thread.folded, tasks: 2 } }] };
  const kinds = feed.update(folded, { state: 'live' }).map(({ kind }) => kind);
  assert.equal(kinds[0], 'open');
  assert(kinds.includes('tasks'));
});

test('the host opens only places it has told', () => {
  const feed = panelFeed({ title: 'x', resolve });
  feed.open(smallModel, { state: 'recorded' });
  assert.equal(feed.placeAt(1)?.file, 'src/a.ts');
  assert.equal(feed.placeAt(0), undefined);
  assert.equal(feed.placeAt(999), undefined);
});

test('messages of a wrong shape are refused', () => {
  const columns = () => ({
    function: new Uint32Array(1),
    parent: new Uint32Array(1),
    thread: new Uint16Array(1),
    begin: new Float64Array(1),
    ...progress(1),
  });
  const progress = (length: number) => ({
    end: new Float64Array(length),
    state: new Uint8Array(length),
    busy: new Float32Array(length),
    waits: new Uint32Array(length),
    waitsAt: new Uint32Array(length),
    waitsFrom: new Float32Array(length),
  });
  const changed = { rows: new Uint32Array(0), ...progress(0) };
  const tasks = { kind: 'tasks', first: 1, columns: columns(), changed, endTime: 1 };
  assert(isHostMessage(tasks));
  const wrong: readonly unknown[] = [
    undefined,
    null,
    'open',
    [],
    { kind: 'eval' },
    { kind: '__proto__' },
    { kind: 'toString' },
    { ...tasks, first: -1 },
    { ...tasks, first: 1.5 },
    { ...tasks, endTime: Number.NaN },
    { ...tasks, columns: { ...columns(), begin: new Float64Array(2) } },
    { ...tasks, columns: { ...columns(), begin: [1] } },
    { ...tasks, columns: { ...columns(), begin: new Float32Array(1) } },
    { ...tasks, columns: { ...columns(), state: undefined } },
    { ...tasks, columns: { ...columns(), state: new DataView(new ArrayBuffer(1)) } },
    { ...tasks, changed: { ...changed, rows: new Uint32Array(panelLimits.chunk + 1) } },
    { kind: 'show', tab: 'settings' },
    { kind: 'show', filter: 'x'.repeat(panelLimits.text + 1) },
    { kind: 'findings', findings: Array.from({ length: panelLimits.entries + 1 }, () => ({})) },
    {
      kind: 'findings',
      findings: [{ ruleId: 'a', severity: 'fatal', message: '', place: 1, verdict: 'none', evidence: '' }],
    },
    Object.create(tasks),
  ];
  for (const message of wrong) assert.equal(isHostMessage(message), false, JSON.stringify(message)?.slice(0, 200));
});

test('the host takes from the panel only what it may ask', () => {
  assert(isPanelMessage({ kind: 'openSource', place: 3 }));
  assert(isPanelMessage({ kind: 'askWaits', rows: [1, 2] }));
  for (const message of [
    { kind: 'openSource', place: '../../etc/passwd' },
    { kind: 'openSource', place: -1 },
    { kind: 'openSource', file: '/etc/passwd' },
    { kind: 'export', format: 'exe' },
    { kind: 'askWaits', rows: Array.from({ length: panelLimits.asked + 1 }, () => 1) },
    { kind: 'run', command: 'x' },
  ])
    assert.equal(isPanelMessage(message), false, JSON.stringify(message).slice(0, 100));
});
