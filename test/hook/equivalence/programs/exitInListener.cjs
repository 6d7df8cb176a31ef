process.on('exit', () => {
  process.exitCode = 9;
  console.log('listeners', process.listenerCount('exit'));
});
(async () => console.log(await 1))();
