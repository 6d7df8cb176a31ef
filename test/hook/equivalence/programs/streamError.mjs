import { Readable } from 'node:stream';
async function* failing() { try { yield 1; await null; throw new Error('source failed'); } finally { console.log('generator closed'); } }
try { for await (const n of Readable.from(failing())) console.log(n); } catch (error) { console.log(error.message); }
