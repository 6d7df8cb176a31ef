process.on('uncaughtExceptionMonitor', (error, origin) => console.log('monitor', origin, error.stack));
async function f() { const a = await 1; throw new Error('watched ' + a); }
f();
