const { Worker } = require('node:worker_threads');
const worker = new Worker('setInterval(async () => { await null; }, 1); require("node:worker_threads").parentPort.postMessage(0)', { eval: true });
worker.once('message', async () => console.log('terminated', await worker.terminate()));
worker.on('exit', (code) => console.log('exit', code));
