process.exitCode = 7;
await new Promise((resolve) => setTimeout(resolve, 5));
console.log('done');
