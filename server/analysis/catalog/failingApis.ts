/** Calls outside the program of which it is known that they can fail in ordinary operation, or that they cannot. */

import type { CallFact } from '../facts.ts';

/** Throw on bad input, which is ordinary. */
const THROWING: ReadonlySet<string> = new Set([
  'lib#JSON.parse',
  'lib#decodeURIComponent',
  'lib#decodeURI',
  'lib#URL',
  'lib#BigInt',
  'lib#atob',
  'lib#structuredClone',
  'url#URL',
]);

/** Modules all of whose functions return promises that reject whenever the outside world is not as hoped. */
const REJECTING_MODULES: ReadonlySet<string> = new Set(['fs/promises', 'dns/promises', 'stream/promises']);

const REJECTING: ReadonlySet<string> = new Set([
  'lib#fetch',
  'lib#Promise.reject',
  'lib#Promise.any',
  'lib#Body.json',
  'node-fetch#',
  'undici#fetch',
  'undici#request',
  'axios#',
  ...['get', 'post', 'put', 'patch', 'delete', 'head', 'request'].map((method) => `axios#${method}`),
]);

/** Awaiting these waits and nothing else. */
const HARMLESS: ReadonlySet<string> = new Set([
  'timers/promises#setTimeout',
  'timers/promises#setImmediate',
  'lib#Promise.resolve',
  'lib#Promise.allSettled',
]);

/** As good as the promises they are given. */
const COMBINING: ReadonlySet<string> = new Set(['lib#Promise.all', 'lib#Promise.race']);

/** Methods of plain values: awaiting what they return waits for nothing. */
const PLAIN_VALUES = /^(Array|ReadonlyArray|String|Number|Math|Object|Map|Set|Date|RegExp|Symbol)\./;

/** `throws` at once, `rejects` with the promise it returns. */
export type KnownFailure = 'throws' | 'rejects' | 'never' | 'unknown';

/** What is known of a call outside the program. */
export function knownFailure(
  { module, name }: { readonly module: string; readonly name: string },
  { argument }: Pick<CallFact, 'argument'>,
): KnownFailure {
  const key = `${module}#${name}`;
  if (HARMLESS.has(key) || (module === 'lib' && PLAIN_VALUES.test(name))) return 'never';
  // Calls in the array are judged themselves.
  if (COMBINING.has(key) && argument === 'calls') return 'never';
  // What is written down is right or wrong for good: no input makes it fail.
  if (THROWING.has(key)) return argument === 'text' ? 'never' : 'throws';
  const rejects =
    REJECTING.has(key) || REJECTING_MODULES.has(module) || (module === 'fs' && name.startsWith('promises.'));
  return rejects ? 'rejects' : 'unknown';
}
