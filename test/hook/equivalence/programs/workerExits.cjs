const { Worker } = require('node:worker_threads');
new Worker('(async () => { await null; process.exit(6); })()', { eval: true }).on('exit', (code) => console.log('exit', code));
process.on('worker', () => console.log('a worker began'));
