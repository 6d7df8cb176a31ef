const log = [];
setTimeout(() => log.push('timeout'), 0);
setImmediate(() => { log.push('immediate'); console.log(log.filter((entry) => entry !== 'timeout').join()); });
process.nextTick(() => log.push('tick'));
queueMicrotask(() => log.push('microtask'));
(async () => { log.push('sync'); await null; log.push('after await'); await null; log.push('again'); })();
Promise.resolve().then(() => log.push('then 1')).then(() => log.push('then 2')).then(() => log.push('then 3'));
