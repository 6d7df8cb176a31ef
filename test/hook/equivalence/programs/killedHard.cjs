(async () => { await null; require('node:fs').writeSync(1, 'last words\n'); process.kill(process.pid, 'SIGKILL'); await new Promise((resolve) => setTimeout(resolve, 5000)); })();
