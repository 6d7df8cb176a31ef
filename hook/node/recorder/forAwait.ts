/** What the wrapper tells of the task that loops. */
export interface LoopMarks {
  /** It waits for the next value. */
  suspend(): void;
  /** Whether it is the current task; when not, its steps are not ours to tell. */
  isCurrent(): boolean;
  /** It goes on, because the engine asks for the next value. */
  resume(): void;
}

const { apply } = Reflect;

/**
 * Stands in for the iterable of a `for await`, so that asking for a value is seen. The engine takes the same steps on what the program
 * gave, in the same order and number: `Symbol.asyncIterator` (or, without it, `Symbol.iterator`) is read and called once, `next` read once,
 * `return` looked up when the loop is left. What is no iterable at all is given back, so that the engine says so.
 */
export function loopIterable(iterable: unknown, marks: LoopMarks): unknown {
  if (iterable === null || iterable === undefined) return iterable;
  const method: unknown = Reflect.get(Object(iterable), Symbol.asyncIterator, iterable);
  if (method === undefined || method === null) return syncIterable(iterable, marks);
  if (typeof method !== 'function') return iterable;
  return { [Symbol.asyncIterator]: () => loopIterator(apply(method, iterable, []), marks) };
}

/** The engine makes an async iterator of a sync one; the wrapper stands below that, so that no promise is added. */
function syncIterable(iterable: unknown, marks: LoopMarks): unknown {
  const method: unknown = Reflect.get(Object(iterable), Symbol.iterator, iterable);
  if (typeof method !== 'function') return iterable;
  return { [Symbol.iterator]: () => loopIterator(apply(method, iterable, []), marks) };
}

function loopIterator(iterator: unknown, marks: LoopMarks): unknown {
  if (!isObject(iterator)) return iterator;
  const next: unknown = Reflect.get(iterator, 'next');
  return {
    next:
      typeof next === 'function'
        ? () => {
            marks.resume();
            const result: unknown = apply(next, iterator, []);
            if (marks.isCurrent()) marks.suspend();
            return result;
          }
        : next,
    get return() {
      const method: unknown = Reflect.get(iterator, 'return');
      if (typeof method !== 'function') return method;
      return () => {
        const result: unknown = apply(method, iterator, []);
        if (marks.isCurrent()) marks.suspend();
        return result;
      };
    },
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
