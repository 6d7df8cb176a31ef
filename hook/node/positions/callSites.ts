/** `util.getCallSites` (Node 22 and later) asks V8 without preparing a stack. */
import { authoredName } from '../transform/authoredName.ts';
import { authoredColumn, type ChangedFiles } from './changedFiles.ts';
import { methodInPlaceOf, replaceValue } from './functionText.ts';

/** `getCallSite` is its first name, in Node 22. */
const names = ['getCallSites', 'getCallSite'] as const;
/** Node's own bound is 200, and our frame takes one. */
const mostFrames = 199;
const defaultFrames = 10;

export function mapCallSites(files: ChangedFiles): void {
  // Not imported as a whole: a bundle looks at each property then, and Node loads what it has left for later, `process.stderr` among it.
  const util = process.getBuiltinModule('node:util');
  for (const name of names) {
    const before: unknown = Reflect.get(util, name);
    if (typeof before === 'function') replaceValue(util, name, standIn(before, files));
  }
}

function standIn(before: Function, files: ChangedFiles): Function {
  const { apply } = Reflect;
  return methodInPlaceOf(before, {
    getCallSites(frameCount: unknown = defaultFrames, options?: unknown): unknown {
      const [count, rest] = typeof frameCount === 'object' ? [defaultFrames, frameCount] : [frameCount, options];
      if (typeof count !== 'number' || !(count >= 1 && count <= mostFrames)) {
        return apply(before, undefined, [frameCount, options]);
      }
      const sites: unknown = apply(before, undefined, rest === undefined ? [count + 1] : [count + 1, rest]);
      if (!Array.isArray(sites)) return sites;
      // The first one is this function.
      sites.shift();
      for (const site of sites) mapColumns(Object(site), files);
      return sites;
    },
  });
}

function mapColumns(site: object, files: ChangedFiles): void {
  const file = files.find(String(Reflect.get(site, 'scriptName')));
  const line: unknown = Reflect.get(site, 'lineNumber');
  if (file === undefined || typeof line !== 'number') return;
  const name: unknown = Reflect.get(site, 'functionName');
  if (typeof name === 'string') Reflect.set(site, 'functionName', authoredName(name));
  for (const key of ['columnNumber', 'column']) {
    const column: unknown = Reflect.get(site, key);
    if (typeof column === 'number') Reflect.set(site, key, authoredColumn(file, line, column));
  }
}
