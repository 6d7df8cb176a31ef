process.on('SIGTERM', async () => { await null; console.log('closing'); clearInterval(timer); });
const timer = setInterval(() => {}, 1000);
setTimeout(() => process.kill(process.pid, 'SIGTERM'), 5);
