let rounds = 0;
process.on('beforeExit', async (code) => {
  rounds += 1;
  console.log('beforeExit', code, rounds);
  if (rounds < 3) await new Promise((resolve) => setImmediate(resolve));
  if (rounds < 3) setImmediate(() => {});
});
