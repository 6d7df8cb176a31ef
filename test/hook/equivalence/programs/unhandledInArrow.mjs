const run = async (value) => { const twice = await value * 2; if (twice > 2) throw new RangeError('too large: ' + twice); return twice; };
console.log(await run(1));
await run(2);
