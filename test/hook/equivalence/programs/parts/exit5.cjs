(async () => { await null; console.log('child says', process.argv[2]); process.exit(5); })();
