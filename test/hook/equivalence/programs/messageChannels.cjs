const { MessageChannel, BroadcastChannel } = require('node:worker_threads');
const { port1, port2 } = new MessageChannel();
port2.on('message', async (text) => { await null; console.log(text); port2.close(); });
port1.postMessage('through the channel');
const a = new BroadcastChannel('x'), b = new BroadcastChannel('x');
b.onmessage = async ({ data }) => { await null; console.log(data); a.close(); b.close(); };
a.postMessage('broadcast');
