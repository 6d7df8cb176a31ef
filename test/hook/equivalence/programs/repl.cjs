const repl = require('node:repl'), { PassThrough } = require('node:stream');
const input = new PassThrough(), output = new PassThrough();
let text = ''; output.on('data', (part) => { text += part; });
const server = repl.start({ input, output, prompt: '' });
server.on('exit', async () => { await null; console.log(text.trim()); });
input.write('await Promise.resolve(6 * 7)\n'); setTimeout(() => input.end(), 50);
