/** A program with one of each: what it waits for and how it reads are the same on every Node. */
export const everyWait = `import { once, EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
const day = 86_400_000;
async function leaf() {
  await new Promise((resolve) => setTimeout(resolve, day));
}
async function load() {
  return await leaf();
}
async function handler() {
  try { await load(); } finally { void 0; }
}
async function combined() {
  await Promise.all([leaf(), load(), sleep(day)]);
}
async function raced() {
  await Promise.race([leaf(), Promise.any([leaf()]), Promise.allSettled([leaf(), 1])]);
}
async function* numbers() {
  yield 1;
  await leaf();
}
async function loop() {
  for await (const each of numbers()) void each;
}
class Store {
  #waiting = [];
  async take() {
    return await new Promise((resolve) => this.#waiting.push(resolve));
  }
  static async open(store) {
    await store.take();
  }
}
const store = new Store();
const emitter = new EventEmitter();
async function listener() {
  await once(emitter, 'ready');
}
const shared = leaf();
async function both() {
  await shared;
}
async function chained() {
  await leaf().then(() => 1).finally(() => 2);
}
async function early() {
  await 1;
  await 2;
  await leaf();
}
globalThis.kept = [emitter, store];
for (let at = 0; at < 3; at += 1) void handler();
void [combined(), raced(), loop(), Store.open(store), listener(), both(), both(), chained(), early()];
void [1].map(async () => { await leaf(); });
let a, b;
const first = async () => { await b; };
const second = async () => { await a; };
b = new Promise((resolve) => setImmediate(() => resolve(second())));
a = first();
globalThis.circle = [a, b];
setTimeout(() => console.log('ready'), 50);
await leaf();
`;

/** What `rubato ps` says of it, run as `main.mjs`. */
export const everyWaitTree = `Process: 36 suspended async functions

3 × handler  main.mjs:11:9  await load()
└ 3 × load  main.mjs:8:10  await leaf()
  └ 3 × leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
    └ 3 × timer

2 × both  main.mjs:42:3  await shared
└ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))  (2 wait for it)
  └ timer

combined  main.mjs:14:3  await Promise.all([leaf(), load(), sleep(day)])
└ Promise.all, 3 pending
  ├ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  │ └ timer
  ├ load  main.mjs:8:10  await leaf()
  │ └ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  │   └ timer
  └ timer

raced  main.mjs:17:3  await Promise.race([leaf(), Promise.any([leaf()]), Promise.allSettled…
└ Promise.race, 3 pending
  ├ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  │ └ timer
  ├ Promise.allSettled, 1 pending
  │ └ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  │   └ timer
  └ Promise.any, 1 pending
    └ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
      └ timer

loop  main.mjs:24:20  for await (const each of numbers())
└ numbers  main.mjs:21:3  await leaf()
  └ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
    └ timer

Store.open  main.mjs:32:5  await store.take()
└ Store.take  main.mjs:29:12  await new Promise((resolve) => this.#waiting.push(resolve))
  └ promise whose resolve function is kept in \`Store.#waiting\`

listener  main.mjs:38:3  await once(emitter, 'ready')
└ event emitter, event \`ready\`

chained  main.mjs:45:3  await leaf().then(() => 1).finally(() => 2)
└ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  └ timer

early  main.mjs:50:3  await leaf()
└ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  └ timer

(anonymous main.mjs:55:14)  main.mjs:55:28  await leaf()
└ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  └ timer

first  main.mjs:57:29  await b
└ second  main.mjs:58:30  await a
  └ first above: they wait for each other

module main.mjs  main.mjs:63:1  await leaf()
└ leaf  main.mjs:5:3  await new Promise((resolve) => setTimeout(resolve, day))
  └ timer`;
