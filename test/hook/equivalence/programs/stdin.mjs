// stdin: one\ntwo\nthree\n
import { createInterface } from 'node:readline/promises';
let n = 0;
for await (const line of createInterface({ input: process.stdin })) console.log(++n, line);
