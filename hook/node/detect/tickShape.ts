import { AsyncResource } from 'node:async_hooks';

/** Objects made at once are of a shape of their own until `process.nextTick` has been called, so there are some more. */
const most = 3;

/**
 * V8 drops the shapes of Node's tick objects when some full collections find none of them alive, and `process.nextTick`, which has learned those
 * shapes, then takes up to ten times as long for the rest of the process: several µs for each request to an HTTP server (Node 20 to 26). Whether that
 * happens is luck, but a traced program collects at other times. Objects that begin like those keep the shapes alive.
 *
 * To be called before the program runs: no async hook of it hears then of the resource that lends its symbols. The result is to be called
 * when something has been collected; it gives what is kept.
 */
export function keepTickShapes(): () => readonly object[] {
  const symbols = Object.getOwnPropertySymbols(new AsyncResource('rubato'));
  const [id, trigger] = ['async_id_symbol', 'trigger_async_id_symbol'].map((name) =>
    symbols.find(({ description }) => description === name),
  );
  const kept: object[] = [];
  return () => {
    if (id === undefined || trigger === undefined || kept.length >= most) return kept;
    // A literal like that of `nextTick` in lib/internal/process/task_queues.js: the same properties in the same order.
    kept.push({ [id]: 0, [trigger]: 0, callback: keepTickShapes, args: undefined });
    return kept;
  };
}
