// nodes: 22
(async () => {
  const parts = await import('./parts/exports.mjs');
  console.log(Object.keys(parts).join(), await parts.later());
})();
