for (let n = 0; n < 10; n += 1) process.on('exit', () => n === 9 && console.log('ten listeners, no warning'));
for (let n = 0; n < 10; n += 1) process.on('unhandledRejection', () => {});
(async () => await 0)();
