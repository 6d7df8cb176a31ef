process.on('uncaughtException', (error, origin) => { console.log(origin); console.log(error.stack); });
(async () => { await null; throw new Error('for the listener'); })();
setTimeout(() => { throw new Error('from a timer'); }, 5);
