Error.stackTraceLimit = 1;
const go = async (n) => { if (n === 0) throw new Error('deep'); await null; await go(n - 1); };
go(3).catch((error) => { console.log(error.stack); const holder = {}; Error.captureStackTrace(holder); console.log(holder.stack); });
