const one = async (n) => { await null; return n; };
let sum = 0;
for (let round = 0; round < 20; round += 1) sum += (await Promise.all(Array.from({ length: 10_000 }, (_, n) => one(n)))).length;
console.log(sum);
