const { Worker } = require('node:worker_threads');
async function inside(n) { await null; require('node:worker_threads').parentPort.postMessage(n + 1); }
const worker = new Worker(`(${inside})(41)`, { eval: true });
worker.on('message', (n) => console.log('answer', n));
