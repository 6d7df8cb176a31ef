import { once, on, EventEmitter } from 'node:events';
const bus = new EventEmitter();
setTimeout(() => bus.emit('ready', 1, 2), 1);
console.log(await once(bus, 'ready'));
const controller = new AbortController();
setTimeout(() => { bus.emit('item', 'x'); controller.abort(); }, 1);
try { for await (const [item] of on(bus, 'item', { signal: controller.signal })) console.log(item); } catch (error) { console.log(error.name, error.code); }
console.log(AbortSignal.abort('why').reason);
