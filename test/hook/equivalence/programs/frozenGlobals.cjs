Object.freeze(Promise.prototype); Object.freeze(Promise); Object.freeze(Array.prototype); Object.freeze(Function.prototype); Object.freeze(Object.prototype); Object.freeze(Error);
(async () => { await null; console.log(Object.isFrozen(Promise)); for await (const n of [1, 2]) console.log(n); })();
