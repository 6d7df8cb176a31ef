process.on('unhandledRejection', (reason, promise) => console.log('unhandled', reason.message, promise instanceof Promise));
process.on('rejectionHandled', (promise) => console.log('handled late', promise instanceof Promise));
const late = (async () => { await null; throw new Error('late'); })();
setTimeout(() => late.catch((error) => console.log('caught', error.message)), 10);
