const log = [];
const source = { [Symbol.asyncIterator]() { log.push('opened'); let n = 0; return { next() { log.push('next'); return Promise.resolve({ value: n, done: n++ === 2 }); }, get return() { log.push('get return'); return async () => { log.push('closed'); return {}; }; } }; } };
for await (const x of source) log.push(x);
outer: for (const round of [1, 2]) for await (const x of source) { if (x === 1) continue outer; log.push(round); }
for await (const x of [Promise.resolve('a'), 'b']) log.push(x);
try { for await (const x of [Promise.reject(new Error('r'))]) log.push(x); } catch (error) { log.push(error.message); }
try { for await (const x of 5) log.push(x); } catch (error) { log.push(error.name); }
try { for await (const x of { [Symbol.asyncIterator]: () => ({ next: () => 1 }) }) log.push(x); } catch (error) { log.push(error.message); }
if (log.length) for await (const { y = 7, ...rest } of [{ z: 1 }]) log.push(y, JSON.stringify(rest)); else log.push('no');
console.log(log.join(' '));
