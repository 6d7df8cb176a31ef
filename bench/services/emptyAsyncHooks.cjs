/** Preloaded for comparison: what the mere presence of all five async_hooks costs. */
require('node:async_hooks')
  .createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} })
  .enable();
