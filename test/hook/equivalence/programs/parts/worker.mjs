import { parentPort, workerData } from 'node:worker_threads';
const twice = async (n) => { await null; return n * 2; };
for (const n of workerData ?? [1, 2]) parentPort.postMessage(await twice(n));
