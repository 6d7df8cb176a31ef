const { createHook, executionAsyncId, AsyncResource } = require('node:async_hooks');
const counts = {};
const hook = createHook({ init(_, type) { counts[type] = (counts[type] ?? 0) + 1; } }).enable();
(async () => { await null; await new Promise((resolve) => process.nextTick(resolve)); new AsyncResource('MINE').runInAsyncScope(() => {}); hook.disable(); console.log(counts.PROMISE, counts.MINE, typeof executionAsyncId()); })();
