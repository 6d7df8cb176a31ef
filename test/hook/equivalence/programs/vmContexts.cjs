const vm = require('node:vm');
const context = vm.createContext({ console });
const run = async (n) => { await null; return n + 1; };
vm.runInContext('(async () => { await 0; console.log("inside", typeof __rubato); })()', context);
vm.runInContext(`(${run})(1).then((n) => console.log(n))`, context);
console.log(vm.runInThisContext('(async function f() { await 0; })').toString());
try { vm.runInContext('throw new Error("realm")', context, 'realm.js'); } catch (error) { console.log(error.stack.split('\n')[0], error instanceof Error); }
