const vm = require('node:vm'); const { Worker } = require('node:worker_threads');
async function job(n) { await null; return n * 2; }
class Box { async open() { await null; return 'open'; } static async make() { return 1 } }
const obj = { async m() { await null; return 'm'; }, get [Symbol.toStringTag]() { return 'x'; } };
(async () => {
  console.log(await vm.runInNewContext(`(${job})(4)`));
  console.log(await vm.runInNewContext('(' + job.toString() + ')(5)'));
  console.log(await vm.runInNewContext(`(${String(Box)})`).make());
  const w = new Worker(`(${job})(7).then(console.log)`, { eval: true, env: {}, execArgv: [] });
  w.on('exit', async () => { 
   const ctx = vm.createContext({ require, console, job }); await vm.runInContext('job(8).then(console.log)', ctx);
   const s = new vm.Script(`(async () => { console.log(await job(9)); })()`); await s.runInContext(ctx);
   console.log(await eval(`(${job})`)(10), await new Function('return ' + job)()(11));
  });
})();
