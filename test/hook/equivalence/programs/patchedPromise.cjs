const Native = Promise;
class Counting extends Native { static made = 0; constructor(run) { super(run); Counting.made += 1; } }
globalThis.Promise = Counting;
const original = Native.prototype.then;
let thens = 0;
Native.prototype.then = function (...handlers) { thens += 1; return original.apply(this, handlers); };
(async () => { await Promise.resolve(1).then((n) => n + 1); await Promise.all([1, 2]); console.log(Counting.made, thens); })();
