import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const job = require('./parts/job.cjs');
const { default: same } = await import('./parts/job.cjs');
console.log(job === same, await job(21), job.name, job.length);
