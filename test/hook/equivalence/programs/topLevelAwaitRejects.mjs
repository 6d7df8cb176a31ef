import { setTimeout as sleep } from 'node:timers/promises';
await sleep(1);
const value = await Promise.reject(new Error('top level'));
console.log(value);
