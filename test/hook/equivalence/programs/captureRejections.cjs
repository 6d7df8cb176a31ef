const { EventEmitter } = require('node:events');
const bus = new EventEmitter({ captureRejections: true });
bus.on('job', async (n) => { await null; throw new Error('job ' + n); });
bus.on('error', (error) => console.log('error event:', error.message));
bus.emit('job', 1);
