(async () => { await null; require('node:fs').writeSync(1, 'aborting\n'); process.kill(process.pid, 'SIGABRT'); await new Promise(() => setTimeout(() => {}, 5000)); })();
