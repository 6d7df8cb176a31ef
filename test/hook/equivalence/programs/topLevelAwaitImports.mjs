import { value, later } from './parts/exports.mjs';
console.log(value, await later());
const { default: name, value: again } = await import('./parts/exports.mjs');
console.log(name, again === value);
