const { emit } = process;
process.emit = function (name, ...values) { if (name === 'exit') console.log('emit saw', name, values[0]); return emit.call(this, name, ...values); };
(async () => { await null; process.exitCode = 2; })();
