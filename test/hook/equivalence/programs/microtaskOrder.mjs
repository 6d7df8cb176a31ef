const log = [];
const thenable = { then(resolve) { log.push('then called'); resolve('t'); } };
async function a() { log.push('a1'); await b(); log.push('a2'); return Promise.resolve('ra'); }
async function b() { log.push('b1'); const x = await thenable; log.push('b2' + x); }
const c = async () => { try { log.push('c1'); await Promise.reject(1); } catch { log.push('c2'); } finally { log.push('c3'); await null; log.push('c4'); } };
async function* d() { log.push('d1'); yield await 1; log.push('d2'); yield* [2, Promise.resolve(3)]; }
const all = Promise.all([a(), c(), (async () => { for await (const n of d()) log.push('n' + n); })()]);
for (let n = 0; n < 12; n += 1) await Promise.resolve().then(() => log.push(n));
await all;
console.log(log.join(' '));
