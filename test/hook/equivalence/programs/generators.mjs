async function* ids(limit) { try { for (let n = 0; ; n += 1) { const sent = yield n; if (sent) console.log('sent', sent); if (n === limit) return 'end'; } } catch (error) { console.log('thrown in', error.message); yield 'recovered'; } finally { await null; console.log('closed'); } }
for await (const n of ids(9)) if (n === 2) break;
const it = ids(1);
console.log(await it.next(), await it.next('x'), await it.next(), await it.next());
const other = ids(5); await other.next(); console.log(await other.throw(new Error('stop')), await other.return('r'), await other.next());
async function* both() { yield* ids(0); const result = yield* ids(0); yield result; }
for await (const x of both()) console.log(x);
console.log(Object.prototype.toString.call(it), ids.constructor.name);
