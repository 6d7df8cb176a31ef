const { spawnSync, execFileSync } = require('node:child_process');
const { status, stdout, stderr } = spawnSync(process.execPath, [require('node:path').join(__dirname, 'parts/exit5.cjs'), 'sync'], { encoding: 'utf8' });
console.log(status, stdout.trim(), JSON.stringify(stderr));
console.log(execFileSync(process.execPath, ['-p', '(async () => 1)() instanceof Promise'], { encoding: 'utf8' }).trim());
