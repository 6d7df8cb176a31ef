const Module = require('node:module');
const original = Module.prototype._compile;
Module.prototype._compile = function (text, file, ...rest) { return original.call(this, file.endsWith('job.cjs') ? text.replace('* 2', '* 3') : text, file, ...rest); };
(async () => console.log(await require('./parts/job.cjs')(2)))();
