import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recording } from './recording.ts';

/** A loop over what `f` gives, as the transform writes it, and one over the bare value; each step of the iterator goes into the log. */
async function checkSameSteps(make: (log: string[]) => unknown, body: (value: unknown) => string): Promise<void> {
  const bare: string[] = [];
  await loop(make(bare), bare, body);
  const wrapped: string[] = [];
  const { runtime } = recording();
  const slot = runtime.b(1);
  await loop(runtime.f(make(wrapped), slot, 2), wrapped, (value) => {
    runtime.k(slot);
    return body(value);
  });
  assert.deepEqual(wrapped, bare);
  assert.ok(bare.length > 0);
}

async function loop(iterable: unknown, log: string[], body: (value: unknown) => string): Promise<void> {
  // Counts turns of the microtask queue beside the loop, so that an added or lost one is seen.
  let turns = 0;
  const clock = (async () => {
    for (; turns < 200; turns += 1) await Promise.resolve();
  })();
  try {
    for await (const value of iterable as AsyncIterable<unknown>) {
      log.push(`${turns}: ${String(value)}`);
      const next = body(value);
      if (next === 'break') break;
      if (next === 'throw') throw new Error('body');
    }
  } catch (error) {
    // Words of the engine about what is no iterable name the expression.
    log.push(`${turns}: ${error instanceof Error ? error.constructor.name : String(error)}`);
  }
  log.push(`${turns}: end`);
  await clock;
}

const goOn = (): string => '';

/** An async iterable whose every access is logged. */
function spied(log: string[], parts: { readonly [name: string]: unknown } = {}): unknown {
  const iterator: object = {
    i: 0,
    next(this: { i: number }) {
      this.i += 1;
      return Promise.resolve({ value: this.i, done: this.i > 3 });
    },
    return: () => Promise.resolve({ value: undefined, done: true }),
    ...parts,
  };
  const seen = (target: object, name: string): object =>
    new Proxy(target, {
      get(of, key, receiver) {
        log.push(`${name}.${String(key)}`);
        const value: unknown = Reflect.get(of, key, receiver);
        return value;
      },
    });
  return seen({ [Symbol.asyncIterator]: () => seen(iterator, 'iterator') }, 'iterable');
}

test('an async generator', async () => {
  const make = async function* (): AsyncGenerator<number> {
    yield 1;
    yield await Promise.resolve(2);
  };
  await checkSameSteps(make, goOn);
  await checkSameSteps(make, () => 'break');
  await checkSameSteps(make, () => 'throw');
});

test('an iterable that is watched by its owner', async () => {
  await checkSameSteps(spied, goOn);
  await checkSameSteps(spied, () => 'break');
  await checkSameSteps(spied, () => 'throw');
  await checkSameSteps(
    (log) => spied(log, { return: undefined }),
    () => 'break',
  );
  await checkSameSteps(
    (log) => spied(log, { return: 5 }),
    () => 'break',
  );
  await checkSameSteps(
    (log) => spied(log, { return: () => 5 }),
    () => 'break',
  );
});

test('an iterator that fails', async () => {
  await checkSameSteps((log) => spied(log, { next: () => Promise.reject(new RangeError()) }), goOn);
  await checkSameSteps((log) => spied(log, { next: () => 5 }), goOn);
  await checkSameSteps((log) => spied(log, { next: 5 }), goOn);
  const throwing = (): never => {
    throw new RangeError();
  };
  await checkSameSteps((log) => spied(log, { next: throwing }), goOn);
  await checkSameSteps(
    (log) => spied(log, { return: throwing }),
    () => 'break',
  );
});

test('sync iterables, also of promises', async () => {
  await checkSameSteps(() => [1, Promise.resolve(2), 3], goOn);
  await checkSameSteps(
    () => [1, Promise.resolve(2), 3],
    () => 'break',
  );
  await checkSameSteps(() => [1, Promise.reject(new RangeError())], goOn);
  await checkSameSteps(() => 'text', goOn);
  await checkSameSteps(() => new Set([1, 2]), goOn);
});

test('what is no iterable', async () => {
  for (const value of [undefined, null, 5, {}, { [Symbol.asyncIterator]: 5 }, { [Symbol.asyncIterator]: () => 5 }])
    await checkSameSteps(() => value, goOn);
});

test('while a value is asked for the loop is current, then it waits', async () => {
  const made = recording();
  const { runtime } = made;
  const slot = runtime.b(1);
  const current: number[] = [];
  const iterable = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        current.push(made.currentTask());
        return Promise.resolve({ value: 1, done: current.length > 4 });
      },
    }),
  };
  for await (const _ of runtime.f(iterable, slot, 2)) {
    current.push(-made.currentTask());
    runtime.k(slot);
  }
  runtime.k(slot);
  assert.deepEqual(current, [1, -0, 1, -0, 1]);
  runtime.e(undefined, slot);
  const expected = ['enter 1', 'suspend 2', 'resume 1', 'suspend 2', 'resume 1', 'suspend 2', 'resume 1', 'exit 0'];
  assert.deepEqual(made.records(), expected);
});
