// args: --expose-gc
const collected = [];
const registry = new FinalizationRegistry((name) => collected.push(name));
(async () => { let big = { size: 1 }; registry.register(big, 'big'); await null; big = undefined; for (let n = 0; n < 10 && collected.length === 0; n += 1) { await new Promise((resolve) => setTimeout(resolve, 1)); gc(); } console.log(collected.join()); })();
