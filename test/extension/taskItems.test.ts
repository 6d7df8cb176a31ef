/** The lines of the tasks view, from snapshots that the reader would send. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { changedItems } from '#extension/tasks/changedItems.ts';
import { pickRun } from '#extension/tasks/pickRun.ts';
import { isSuspicious, taskItems, type TaskItem } from '#extension/tasks/taskItems.ts';
import { tasksMessage, type ShownRun } from '#extension/tasks/tasksMessage.ts';
import { ageText } from '#extension/tasks/taskWords.ts';
import type { Run } from '#extension/runs/contracts.ts';
import type { PanelPlace } from '#protocol/panel.ts';
import type { TaskGroup, TasksSnapshot } from '#reader/messages.ts';

const words = {
  t: (message: string, ...args: (string | number)[]) => message.replaceAll(/\{(\d)\}/g, (_, at) => String(args[at])),
};
const at = (label: string, line = 14, more: Partial<PanelPlace> = {}): PanelPlace => ({
  ...{ kind: 'await', file: 'src/orders.ts', line, column: 3, label, function: 'checkout', isInside: true },
  ...more,
});
const group = (more: Partial<TaskGroup> = {}): TaskGroup => ({
  ...{ place: at('lock.acquire()'), count: 3, leaves: 0, oldestMs: 18_300, medianMs: 8000 },
  ...{ isDeadlock: false, callers: [] },
  ...more,
});
const snapshot = (groups: readonly TaskGroup[], more: Partial<TasksSnapshot> = {}): TasksSnapshot => ({
  ...{ state: 'live', alive: 3, blockedMs: 0, at: 0, groups, notes: [] },
  ...more,
});
const items = (...groups: readonly TaskGroup[]): readonly TaskItem[] => taskItems(snapshot(groups), words);

test('a group says what is awaited, how many wait, since when and where', () => {
  const [item] = items(group());
  assert.equal(item?.label, 'lock.acquire()');
  assert.equal(item.description, '3 waiting · oldest 15 s · src/orders.ts:14');
  assert.equal(item.icon, 'waiting');
  assert.equal(item.spoken, 'lock.acquire(), 3 waiting, oldest 15 s, src/orders.ts line 14');
  assert.deepEqual(item.place, at('lock.acquire()'));
  assert.match(
    item.tooltip,
    /^`lock\.acquire\(\)` · `checkout`\n\n`src\/orders\.ts:14`\n\n3 tasks, the oldest since 15 s/,
  );
});

test('warnings: a circle, and those that wait long for nothing that is known', () => {
  const long = group({ leaves: 3 });
  const icons = items(group({ isDeadlock: true }), long, group({ leaves: 2 }), group({ leaves: 3, oldestMs: 4999 }));
  assert.deepEqual(
    icons.map(({ icon }) => icon),
    ['deadlock', 'suspicious', 'waiting', 'waiting'],
  );
  assert.match(icons[0]?.spoken ?? '', /circle: none can go on\.$/);
  assert.equal(isSuspicious(long), true);
});

test('below a group stand those who wait for it, up to the root', () => {
  const root = { place: at('', 1, { function: 'main' }), count: 1, oldestMs: 20_000, callers: [] };
  const caller = {
    place: at('checkout(order)', 30, { function: 'handle' }),
    count: 3,
    oldestMs: 13_000,
    callers: [root],
  };
  const [item] = items(group({ callers: [caller] }));
  const [handle] = item?.children ?? [];
  assert.equal(handle?.label, 'handle');
  assert.equal(handle.description, 'checkout(order) · 3 tasks · src/orders.ts:30');
  const [main] = handle.children;
  assert.equal(main?.label, 'main');
  assert.equal(main.description, 'src/orders.ts:1');
  assert.equal(new Set([item?.id, handle.id, main.id]).size, 3);
});

test('after the end it says what never ended', () => {
  const [item] = taskItems(snapshot([group()], { state: 'recorded' }), words);
  assert.equal(item?.description, '3 never ended · oldest 15 s · src/orders.ts:14');
  assert.match(item.tooltip, /still waited when the program ended/);
});

test('what is missing in the trace stands last', () => {
  const all = taskItems(snapshot([group()], { notes: ['4 words are missing', 'more'] }), words);
  assert.deepEqual(
    all.map(({ icon, place }) => [icon, place === undefined]),
    [
      ['waiting', false],
      ['note', true],
    ],
  );
  assert.equal(all.at(-1)?.description, '4 words are missing');
});

test('places without a file are no links, and places without a name have one', () => {
  const [item] = items(group({ place: at('', 0, { file: '', function: '' }) }));
  assert.equal(item?.label, 'unknown place');
  assert.equal(item.place, undefined);
});

test('what a trace names does nothing', () => {
  const evil = '`](command:evil) $(bug) <img src=x>\n# h \u202e';
  const place = at(evil, 3, { function: evil, file: evil });
  const [item] = items(group({ place, callers: [{ place, count: 2, oldestMs: 1, callers: [] }] }));
  for (const each of [item, item?.children[0]]) {
    for (const text of [each?.label ?? '', each?.description ?? '', each?.spoken ?? ''])
      assert.doesNotMatch(text, /\]\(|\$\(|[\n\u202e]/);
    assert.doesNotMatch((each?.tooltip ?? '').replaceAll(/`[^`\n]*`/g, ''), /[<>[\]]|command:|\u202e/);
  }
});

test('ids stay when ages and counts change, and equal places are told apart', () => {
  const ids = (...groups: readonly TaskGroup[]) => items(...groups).map(({ id }) => id);
  assert.deepEqual(ids(group()), ids(group({ count: 9, oldestMs: 99_000 })));
  assert.equal(new Set(ids(group(), group(), group({ place: at('lock.acquire()', 15) }))).size, 3);
});

test('only lines that changed are drawn anew, and all when lines come, go or move', () => {
  const caller = { place: at('', 1), count: 1, oldestMs: 1000, callers: [] };
  const [one, two] = [group(), group({ place: at('b', 20), callers: [caller] })];
  const before = items(one, two);
  assert.deepEqual(changedItems(before, items(one, two)), []);
  assert.deepEqual(changedItems(before, items(one, { ...two, oldestMs: 60_000 })), [before[1]?.id]);
  const deeper = { ...two, callers: [{ ...caller, count: 2 }] };
  assert.deepEqual(changedItems(before, items(one, deeper)), [before[1]?.children[0]?.id]);
  const other = { ...two, callers: [{ ...caller, place: at('', 2) }] };
  assert.deepEqual(changedItems(before, items(one, other)), [before[1]?.id]);
  for (const after of [items(one), items(two, one), items(one, two, group({ place: at('c', 30) }))])
    assert.equal(changedItems(before, after), undefined);
});

test('the message warns of a blocked loop first', () => {
  const manifest = { version: 1, startedAt: 0, command: 'main.js', mode: 'full' } as const;
  const run: ShownRun = { manifest, isAlive: true, tasks: snapshot([], { alive: 14 }), problem: undefined };
  const message = (more: Partial<ShownRun>, now = 0) => tasksMessage({ ...run, ...more }, now, words);
  assert.equal(message({}), 'main.js is running · 14 tasks alive');
  const blocked = snapshot([], { alive: 1, blockedMs: 1240 });
  assert.equal(message({ tasks: blocked }), '⚠ Event loop blocked since 1.2 s · main.js is running · 1 task alive');
  assert.equal(message({ tasks: undefined }), 'main.js is running · reading its trace…');
  const ended = { isAlive: false, manifest: { ...manifest, endedAt: 1000, exitCode: 1 } };
  assert.equal(message(ended, 121_000), 'main.js ended 2 min ago (exit code 1) · 14 tasks never ended');
  assert.equal(
    message({ ...ended, tasks: snapshot([], { alive: 0 }) }, 2000),
    'main.js ended just now (exit code 1) · all tasks ended',
  );
  const killed = { isAlive: false, manifest: { ...manifest, signal: 'SIGTERM' } };
  assert.equal(message(killed), 'main.js ended (SIGTERM) · 14 tasks never ended');
  assert.equal(message({ problem: 'No $(bug) trace' }), 'No $ (bug) trace');
});

test('ages', () => {
  const texts = [0, 430, 1000, 9999, 12_345, 59_999, 60_000, 3_600_000, 7_500_000, 200_000_000].map((ms) =>
    ageText(ms, words),
  );
  assert.deepEqual(texts, ['0 s', '0.4 s', '1 s', '9 s', '10 s', '55 s', '1 min', '1 h 0 min', '2 h 5 min', '2 days']);
});

test('the run that began last is shown, and its end stays readable', () => {
  const run = (folder: string, startedAt: number, isAlive: boolean): Run => ({
    folder,
    root: '/',
    manifest: { version: 1, startedAt, command: folder, mode: 'full' },
    isAlive,
  });
  const picked = (all: readonly Run[], folder?: string, since = 0) =>
    pickRun(all, folder === undefined ? undefined : { folder, since })?.folder;
  const [service, job, old] = [run('service', 10, true), run('job', 20, false), run('old', 5, false)];
  assert.equal(picked([]), undefined);
  assert.equal(picked([service, job, old]), 'service');
  assert.equal(picked([service, job, old], 'job', 20), 'job', 'what goes on beside it takes no place');
  assert.equal(picked([service, job, old], 'old', 30), 'old', 'chosen by the user');
  assert.equal(picked([run('new', 40, true), service, old], 'old', 30), 'new');
  assert.equal(picked([service, old], 'gone', 20), 'service');
});
