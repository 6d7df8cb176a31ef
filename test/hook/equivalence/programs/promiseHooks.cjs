const v8 = require('node:v8');
let settled = 0;
const stop = v8.promiseHooks.onSettled(() => { settled += 1; });
(async () => { await null; await null; stop(); console.log(settled); })();
