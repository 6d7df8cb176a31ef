import type * as Inspector from 'node:inspector';

/** Node's inspector; `undefined` in builds without one, where importing it throws. */
export function inspectorModule(): typeof Inspector | undefined {
  return process.features.inspector ? process.getBuiltinModule('node:inspector') : undefined;
}
