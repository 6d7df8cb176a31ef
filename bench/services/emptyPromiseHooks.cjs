/** Preloaded for comparison: what the mere presence of all four promise hooks costs. */
require('node:v8').promiseHooks.createHook({ init() {}, before() {}, after() {}, settled() {} });
