const { exec } = require('node:child_process');
exec(`"${process.execPath}" -e "(async () => { await 0; throw new Error('in eval') })()"`, (error, stdout, stderr) => console.log(error.code, stdout, stderr.split('\n').filter((line) => line.includes('Error')).join()));
