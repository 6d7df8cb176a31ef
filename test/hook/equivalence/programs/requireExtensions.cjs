require.extensions['.job'] = (module, file) => module._compile(require('node:fs').readFileSync(file, 'utf8').replaceAll('WAIT', 'await'), file);
require('./parts/text.job').then(console.log);
