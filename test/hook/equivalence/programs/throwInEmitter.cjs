const { EventEmitter } = require('node:events');
async function start(bus) { await null; bus.emit('error', new Error('nobody listens')); }
const bus = new EventEmitter();
start(bus).catch((error) => { console.log('caught', error.message); throw error; });
