let times = 0;
process.on('SIGINT', async () => { times += 1; await null; console.log('SIGINT', times); if (times === 2) process.exit(130); process.kill(process.pid, 'SIGINT'); });
setInterval(() => {}, 1000);
process.kill(process.pid, 'SIGINT');
