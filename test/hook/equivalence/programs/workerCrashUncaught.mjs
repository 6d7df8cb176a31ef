import { Worker } from 'node:worker_threads';
const worker = new Worker(new URL('./parts/crashingWorker.mjs', import.meta.url));
worker.on('message', () => {});
