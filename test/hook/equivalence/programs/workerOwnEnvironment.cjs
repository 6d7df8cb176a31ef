const { Worker } = require('node:worker_threads');
const worker = new Worker(require('node:path').join(__dirname, 'parts/worker.mjs'), { env: {}, execArgv: [], stdout: true });
worker.on('message', (n) => console.log(n)).on('exit', (code) => console.log('exit', code));
