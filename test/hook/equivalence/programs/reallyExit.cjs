process.on('exit', () => console.log('not printed'));
(async () => { await null; require('node:fs').writeSync(1, 'really\n'); process.reallyExit(11); })();
