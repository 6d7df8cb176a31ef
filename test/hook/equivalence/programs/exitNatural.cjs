async function step(n) {
  await null;
  console.log('step', n);
}
(async () => {
  for (let n = 0; n < 3; n += 1) await step(n);
})();
