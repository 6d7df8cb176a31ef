const calls = [];
const { setTimeout: real } = globalThis;
globalThis.setTimeout = (run, ms, ...rest) => { calls.push(ms); return real(run, 0, ...rest); };
(async () => { await new Promise((resolve) => setTimeout(resolve, 60_000)); console.log(calls.join()); })();
