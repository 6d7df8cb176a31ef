const { fork } = require('node:child_process');
const child = fork(require('node:path').join(__dirname, 'parts/exit5.cjs'), ['hello'], { silent: true, execArgv: [] });
child.stdout.on('data', (text) => process.stdout.write('from child: ' + text));
child.on('close', (code, signal) => console.log(code, signal));
