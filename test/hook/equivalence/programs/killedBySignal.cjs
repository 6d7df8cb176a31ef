(async () => { await null; console.log('about to die'); process.kill(process.pid, 'SIGTERM'); await new Promise((resolve) => setTimeout(resolve, 5000)); })();
