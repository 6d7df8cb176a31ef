import { AsyncLocalStorage } from 'node:async_hooks';
const storage = new AsyncLocalStorage();
const where = async (label) => { await null; console.log(label, storage.getStore()); };
async function* counted() { for (let n = 0; n < 2; n += 1) { await null; yield `${n}${storage.getStore()}`; } }
await Promise.all(['a', 'b'].map((id) => storage.run(id, async () => { await where('in'); setTimeout(() => where('timer'), 1); for await (const text of counted()) console.log(text); })));
await where('out');
storage.enterWith('entered');
await where('after');
