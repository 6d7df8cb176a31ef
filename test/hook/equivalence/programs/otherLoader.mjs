import { register } from 'node:module';
register('data:text/javascript,' + encodeURIComponent(`export async function load(url, context, next) { const result = await next(url, context); if (url.endsWith('exports.mjs')) result.source = String(result.source).replace('42', '43'); return result; }`));
const { value, later } = await import('./parts/exports.mjs');
console.log(value, await later());
