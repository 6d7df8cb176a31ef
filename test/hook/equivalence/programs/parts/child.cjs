process.on('message', async (n) => { await null; process.send({ n, pid: typeof process.pid }); process.disconnect(); });
