async function load(name) { return await import(name); }
await load('./parts/missing.mjs').catch((error) => console.log(error.code));
await load('no-such-package');
