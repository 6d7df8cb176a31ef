import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { watchEvents } from '#hook/processes/processEvents.ts';

/** Stands for `process`: like there, `emit` is inherited, and Node says whether it is exiting. */
class Process extends EventEmitter {
  _exiting = true;
}

function watched() {
  const target = new Process();
  const seen: unknown[] = [];
  const events = watchEvents(target, (error) => seen.push(error));
  return { target, events, seen };
}

test('a listener of ours hears after those of the program, and whether there were any', () => {
  const { target, events, seen } = watched();
  events.on('unhandledRejection', (handled, ...values) => seen.push([handled, ...values]));
  assert.equal(target.emit('unhandledRejection', 1, 2), false);
  target.on('unhandledRejection', () => seen.push('program'));
  assert.equal(target.emit('unhandledRejection', 3), true);
  assert.deepEqual(seen, [[false, 1, 2], 'program', [true, 3]]);
});

test('the program cannot count or remove us, and finds no new key', () => {
  const { target, events, seen } = watched();
  events.on('exit', () => seen.push('exit'));
  target.removeAllListeners();
  assert.deepEqual(
    [target.listenerCount('exit'), target.eventNames(), Object.keys(target).includes('emit')],
    [0, [], false],
  );
  assert.deepEqual([target.emit.name, target.emit.length], ['emit', 1]);
  target.emit('exit', 0);
  assert.deepEqual(seen, ['exit']);
});

test('what a listener of the program throws passes through, and we hear the event', () => {
  const { target, events, seen } = watched();
  events.on('exit', (_handled, code) => seen.push(code));
  target.on('exit', () => assert.fail('thrown'));
  assert.throws(() => target.emit('exit', 5), /thrown/);
  assert.deepEqual(seen, [5]);
});

test('what a listener of ours throws goes to the hook', () => {
  const { target, events, seen } = watched();
  events.on('exit', () => assert.fail('ours'));
  assert.equal(target.emit('exit'), false);
  assert.match(String(seen[0]), /ours/);
});

test('an exit event made by the program is none', () => {
  const { target, events, seen } = watched();
  events.on('exit', () => seen.push('exit'));
  Object.assign(target, { _exiting: false });
  target.emit('exit', 0);
  assert.deepEqual(seen, []);
});

test('programs that wrap emit, before or after us, are part of the chain', () => {
  const target = new Process();
  const seen: unknown[] = [];
  const wrap = (name: string): void => {
    const emit: EventEmitter['emit'] = target.emit.bind(target);
    target.emit = (...args): boolean => {
      seen.push(name);
      return emit(...args);
    };
  };
  wrap('before');
  watchEvents(target, (error) => seen.push(error)).on('exit', () => seen.push('exit'));
  wrap('after');
  target.on('exit', () => seen.push('program'));
  assert.equal(target.emit('exit'), true);
  assert.deepEqual(seen, ['after', 'before', 'program', 'exit']);
});

test('emit called on another emitter is its own business', () => {
  const { target, events, seen } = watched();
  events.on('exit', () => seen.push('exit'));
  const other = new EventEmitter().on('exit', () => seen.push('other'));
  assert.equal(target.emit.call(other, 'exit'), true);
  assert.deepEqual(seen, ['other']);
});

test('the program does not hear of our worker', () => {
  const { target, events, seen } = watched();
  target.on('worker', (worker) => seen.push(worker));
  const [ours, theirs] = [{}, {}];
  events.hide(ours);
  assert.deepEqual([target.emit('worker', ours), target.emit('worker', theirs)], [false, true]);
  assert.deepEqual(seen, [theirs]);
});
