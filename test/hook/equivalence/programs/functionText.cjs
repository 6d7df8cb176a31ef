class Cat { async meow(times = 1) { await null; return 'meow'.repeat(times); } static async *litter() { yield await 1; } get async() { return async () => { await this; }; } }
const arrow = async ({ a }, ...rest) => (await a, rest);
function holder() { return async function () { for await (const x of []) { if (x) break; } }; }
console.log(String(Cat), arrow.toString(), `${holder}`, Function.prototype.toString.call(Cat.prototype.meow));
console.log(arrow.length, arrow.name, Cat.prototype.meow.length, Function.prototype.toString.name, Function.prototype.toString.length, String(Function.prototype.toString));
console.log(eval(`(${arrow})`)({ a: 1 }, 2) instanceof Promise);
