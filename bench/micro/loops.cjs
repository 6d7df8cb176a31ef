// Programs of bench/hookMicro.ts, run as they are and transformed. Each takes a number of operations.
async function one(i) {
  return i;
}

async function awaitLoop(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await one(i);
  return sum;
}

async function fanOut(n) {
  let count = 0;
  for (let round = 0; round < n / 1000; round++) {
    const all = [];
    for (let i = 0; i < 1000; i++) all.push(one(i).then((x) => x + 1));
    count += (await Promise.all(all)).length;
  }
  return count;
}

async function* numbers(n) {
  for (let i = 0; i < n; i++) yield i;
}

async function generatorLoop(n) {
  let sum = 0;
  for await (const i of numbers(n)) sum += i;
  return sum;
}

async function shortWork(n) {
  let sum = 0;
  for (let i = 0; i < n / 10; i++) sum += await worker(4000);
  return sum;
}

// No function of its own for the loop: whether V8 inlines it is luck, and counts more than anything else here.
async function worker(n) {
  let x = 0;
  for (let i = 0; i < n; i++) x = (Math.imul(x, 31) + i) | 0;
  return x;
}

function parse(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += JSON.parse('{"a":1,"b":[1,2,3]}').a;
  return sum;
}

module.exports = { awaitLoop, fanOut, generatorLoop, shortWork, parse };
