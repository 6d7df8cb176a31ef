/**
 * Runs in the program under view, on the list of its promises: for each of the promises with these positions (JSON), line and column (from 1)
 * of the await behind it, as JSON of `[line, column]` or `null`, in the same order.
 *
 * The way: a stack trace that is taken in a reaction to a promise goes on with the awaits that wait for it. So a job is made whose derived
 * promise has one reaction, the "result" of which is the promise asked for; `then` takes that from a constructor of ours, which hands out
 * the promise and ignores what settles it. The program's promises stay as they are, and none of its code runs in between: the jobs run in one
 * go before its own. `Error` is as it was after each.
 */
export const stackScript = `function (positions) {
  const native = Object.getPrototypeOf((async () => {})()).then;
  if (!/\\[native code\\]/.test(Function.prototype.toString.call(native))) return '[]';
  const then = (promise, ...rest) => Reflect.apply(native, promise, rest);
  const started = (async () => {})();
  const found = [];
  const prepare = (_error, sites) => {
    const site = sites.find((each) => each.isAsync());
    return site === undefined ? null : [site.getLineNumber(), site.getColumnNumber()];
  };
  const look = (at) => {
    const before = ['prepareStackTrace', 'stackTraceLimit'].map((name) => [name, Object.getOwnPropertyDescriptor(Error, name)]);
    try {
      Error.prepareStackTrace = prepare;
      Error.stackTraceLimit = 4;
      const holder = {};
      Error.captureStackTrace(holder, look);
      found[at] = Array.isArray(holder.stack) ? holder.stack : null;
    } catch {
      found[at] = null;
    } finally {
      for (const [name, own] of before) {
        if (own === undefined) delete Error[name];
        else Object.defineProperty(Error, name, own);
      }
    }
  };
  JSON.parse(positions).forEach((position, at) => {
    const promise = this[position];
    const derived = then(started, () => look(at));
    derived.constructor = {
      [Symbol.species]: function (executor) {
        executor(() => undefined, () => undefined);
        return promise;
      },
    };
    then(derived);
  });
  return then(started, () => JSON.stringify(found));
}`;
