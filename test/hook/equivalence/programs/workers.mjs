import { Worker } from 'node:worker_threads';
const results = [];
await Promise.all([[1, 2], [3]].map((workerData) => new Promise((resolve, reject) => {
  const worker = new Worker(new URL('./parts/worker.mjs', import.meta.url), { workerData });
  worker.on('message', (n) => results.push(n)).on('error', reject).on('exit', (code) => resolve(code));
})));
console.log(results.sort().join());
