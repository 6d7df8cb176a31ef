import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FromEngine, SortColumn, ToEngine } from '#panel/engine/engineMessages.ts';
import { panelEngine } from '#panel/engine/engine.ts';
import { isProblem, parseFilter } from '#panel/parseFilter.ts';
import { stateNames } from '#panel/wording.ts';
import { generatedModel } from '#scripts/panel/generatedModel.ts';
import { panelFeed } from '#trace/panel/panelFeed.ts';
import type { TraceModel } from '#trace/model.ts';

const model = generatedModel({ tasks: 3000, stuckCalls: 12 });

/** The tasks that the table shows for a filter, in its order: rows of the model, because it has one thread. */
function shown(filter: string, column: SortColumn = 'begun', isDescending = false): readonly number[] {
  const found: number[] = [];
  const take = panelEngine({
    post: (message: FromEngine) => {
      if (message.kind === 'rows') found.splice(0, found.length, ...message.rows.map(({ row }) => row));
    },
    frame: () => {},
    later: (_, run) => run(),
    now: () => 0,
  });
  for (const message of messages()) take(message);
  take({ kind: 'window', first: 0, count: 1_000_000 });
  take({ kind: 'query', filter, column, isDescending });
  return found;
}

function messages(): readonly ToEngine[] {
  const feed = panelFeed({ title: 'x', resolve: (file, line, column) => ({ file, line, column, isInside: true }) });
  return feed
    .open(model, { state: 'recorded' })
    .filter((message) => message.kind === 'open' || message.kind === 'places' || message.kind === 'tasks');
}

/** The same by looking at each task of the model. */
function expected(is: (row: number, thread: TraceModel['threads'][number]) => boolean): readonly number[] {
  const [thread] = model.threads;
  assert(thread !== undefined);
  return Array.from({ length: thread.tasks.count }, (_, index) => index + 1).filter((row) => is(row, thread));
}

function checkFilter(filter: string, is: (row: number, thread: TraceModel['threads'][number]) => boolean): void {
  const rows = expected(is);
  assert(rows.length > 0 && rows.length < 3000, `${filter}: ${rows.length} rows say little`);
  assert.deepEqual(shown(filter), rows, filter);
}

const nameOf = (row: number, { tasks }: TraceModel['threads'][number]) =>
  model.places[tasks.site[row] ?? 0]?.label ?? '';

test('terms of the filter find what they say', () => {
  checkFilter('state:waiting', (row, { tasks }) => stateNames[tasks.state[row] ?? 0] === 'waiting');
  checkFilter('state:rej,wait', (row, { tasks }) => [2, 4].includes(tasks.state[row] ?? 0));
  checkFilter('fn:load*', (row, thread) => nameOf(row, thread).startsWith('load'));
  checkFilter('-fn:load', (row, thread) => !nameOf(row, thread).startsWith('load'));
  checkFilter('file:src/PRICING/', (row, thread) => ['priceItem', 'fetchRate'].includes(nameOf(row, thread)));
  checkFilter('dur>100ms', (row, { tasks, endTime }) => {
    const end = tasks.end[row] ?? 0;
    return (Number.isNaN(end) ? endTime : end) - (tasks.begin[row] ?? 0) > 100_000;
  });
  checkFilter('waits>=3', (row, { tasks }) => (tasks.waits[row] ?? 0) >= 3);
  checkFilter(
    'busy>150us -state:done',
    (row, { tasks }) => Math.fround(tasks.busy[row] ?? 0) > 150 && tasks.state[row] !== 3,
  );
  checkFilter('parent:loadOrder', (row, thread) => nameOf(thread.tasks.parent[row] ?? 0, thread) === 'loadOrder');
  checkFilter('at:fetchRate', (row, { tasks, waits }) => {
    const at = model.places[waits.site[tasks.lastWait[row] ?? 0] ?? 0]?.label ?? '';
    return tasks.state[row] === 2 && at.includes('fetchRate');
  });
  checkFilter('age>5ms waits<2', (row, { tasks }) => tasks.state[row] === 2 && (tasks.waits[row] ?? 0) < 2);
  checkFilter('"Database.query"', (row, thread) => nameOf(row, thread) === 'Database.query');
});

test('every column sorts both ways, values that are missing last', () => {
  const [thread] = model.threads;
  assert(thread !== undefined);
  const { tasks } = thread;
  const isAscending = (values: readonly number[]) =>
    values.every((value, index) => index === 0 || value >= (values[index - 1] ?? 0));
  const durations = (rows: readonly number[]) =>
    rows.map((row) =>
      Math.fround((Number.isNaN(tasks.end[row]) ? thread.endTime : (tasks.end[row] ?? 0)) - (tasks.begin[row] ?? 0)),
    );
  assert(isAscending(durations(shown('', 'duration'))));
  assert(isAscending(durations(shown('', 'duration', true).toReversed())));
  assert(isAscending(shown('', 'waits').map((row) => tasks.waits[row] ?? 0)));
  assert(isAscending(shown('', 'busy').map((row) => Math.fround(tasks.busy[row] ?? 0))));
  assert.deepEqual(
    shown('', 'begun'),
    expected(() => true),
  );
  const names = shown('', 'function').map((row) => nameOf(row, thread).toLowerCase());
  assert.deepEqual(names, names.toSorted());
  const parents = shown('', 'parent', true).map((row) => tasks.parent[row] ?? 0);
  const firstRoot = parents.indexOf(0);
  assert(firstRoot > 0 && parents.slice(firstRoot).every((parent) => parent === 0));
});

test('what is not understood is said, with its place', () => {
  const cases: readonly (readonly [string, RegExp, number])[] = [
    ['fn:a colour:red', /colour is not a column; there are state, fn/, 5],
    ['dur>soon', /soon is no time; write 100ms or 5s/, 0],
    ['waits>3ms', /waits is a number without unit/, 0],
    ['state:sleeping', /sleeping is no state/, 0],
    ['load "open', /a quote is not closed/, 5],
    ['file>3', /file is text: write file:3/, 0],
    ['fn:', /needs a value/, 0],
  ];
  for (const [text, problem, at] of cases) {
    const parsed = parseFilter(text);
    assert(isProblem(parsed), text);
    assert.match(parsed.problem, problem);
    assert.equal(parsed.at, at, text);
  }
});

test('a filter of many stars takes no time', () => {
  const parsed = parseFilter(`fn:${'*a'.repeat(200)}*b`);
  assert(!isProblem(parsed));
  const [term] = parsed.terms;
  assert(term?.kind === 'text');
  assert.equal(term.patterns[0]?.('a'.repeat(2000)), false);
});
