import { setTimeout as sleep, setInterval as every, setImmediate as soon, scheduler } from 'node:timers/promises';
let rounds = 0;
for await (const value of every(1, 'tick')) { console.log(value); if (++rounds === 3) break; }
console.log(await sleep(1, 'slept'), await soon('soon'));
await scheduler.yield();
const controller = new AbortController();
setTimeout(() => controller.abort(), 2);
await sleep(10_000, undefined, { signal: controller.signal }).catch((error) => console.log(error.name));
