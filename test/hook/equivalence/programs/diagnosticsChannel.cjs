const channels = require('node:diagnostics_channel');
const channel = channels.tracingChannel('job');
channel.subscribe({ start: () => console.log('start'), end: () => console.log('end'), asyncStart: () => console.log('asyncStart'), asyncEnd: () => console.log('asyncEnd'), error: ({ error }) => console.log('error', error.message) });
channel.tracePromise(async () => { await null; return 1; }, {});
channel.tracePromise(async () => { await null; throw new Error('traced'); }, {}).catch(() => {});
