const { inspect } = require('node:util');
class Store extends Map { async load() { await null; } }
console.log(inspect([async function read() { await null; }, async () => {}, async function* rows() {}, Store, new Store(), (async () => 1)(), (async () => { await new Promise(() => {}); })()]));
