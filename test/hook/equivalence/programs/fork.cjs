const { fork } = require('node:child_process');
const child = fork(require('node:path').join(__dirname, 'parts/child.cjs'));
child.on('message', (message) => console.log(message)).on('exit', (code, signal) => console.log(code, signal));
child.send(8);
