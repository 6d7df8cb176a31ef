// As VS Code's extension host does: what it sets up decides what may replace it.
const accessor = (target, key) => {
  let value = target[key];
  const get = () => value;
  Object.defineProperty(target, key, { configurable: false, get, set: (next) => void (value = typeof next === 'function' ? next.bind(target) : next) });
};
accessor(Error, 'prepareStackTrace');
Error.prepareStackTrace = (error, sites) => `${error.message} ${sites.length > 0}`;
require('node:module').registerHooks?.({ resolve: (specifier, context, next) => next(specifier, context) });
for (const key of ['nextTick', 'emitWarning']) accessor(process, key);
const part = require('./parts/accessed.cjs');
part.load('later').then((text) => console.log(text, new Error('prepared').stack));
setImmediate(() => console.log(require('./parts/accessedLater.cjs').now()));
