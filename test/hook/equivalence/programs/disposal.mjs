// nodes: 24
const resource = (name) => ({ async [Symbol.asyncDispose]() { await null; console.log('disposed', name); } });
async function use() { await using a = resource('a'); await using b = resource('b'); console.log('using'); return 'result'; }
console.log(await use());
try { await (async () => { await using a = resource('c'); throw new Error('inside'); })(); } catch (error) { console.log(error.message); }
