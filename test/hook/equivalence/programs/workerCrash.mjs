import { Worker } from 'node:worker_threads';
const worker = new Worker(new URL('./parts/crashingWorker.mjs', import.meta.url));
worker.on('error', (error) => console.log(error.name, error.message, error.stack)).on('exit', (code) => console.log('exit', code));
