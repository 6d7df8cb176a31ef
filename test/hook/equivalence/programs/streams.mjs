import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
async function* letters() { for (const letter of 'abcdef') { await null; yield letter; } }
const upper = new Transform({ objectMode: true, async transform(chunk, _, done) { await null; done(null, String(chunk).toUpperCase()); } });
await pipeline(Readable.from(letters()), upper, async function* (source) { for await (const chunk of source) yield chunk + '.'; }, async (source) => { for await (const chunk of source) process.stdout.write(chunk); });
console.log();
