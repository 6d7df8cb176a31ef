let depth = 0;
async function down(n) { if (n === 0) return 0; depth = Math.max(depth, n); return (await down(n - 1)) + 1; }
console.log(await down(2000), depth);
