async function work() {
  await null;
  console.log('before');
  process.exit(3);
}
process.on('exit', (code) => console.log('exit', code, process.exitCode));
await work();
console.log('never');
