/**
 * Call sites as V8 makes them, with columns of the author's text. V8's own methods can neither be replaced nor called on another object,
 * so this is one object more that asks the real one.
 */
import { authoredName } from '../transform/authoredName.ts';
import { authoredColumn, insertedBefore, type ChangedFiles } from './changedFiles.ts';

/** The same object when nothing in it would differ. */
export function mappedCallSite(site: NodeJS.CallSite, files: ChangedFiles): NodeJS.CallSite {
  const isMapped = site.isEval()
    ? hasChanged(site.getEvalOrigin(), files)
    : files.find(site.getFileName()) !== undefined;
  if (!isMapped) return site;
  const mapped: unknown = Object.create(prototypeFor(site));
  realSites.set(Object(mapped), { site, files });
  return isCallSite(mapped) ? mapped : site;
}

/** Places in the origin of evaluated code: `eval at f (eval at g (/a.js:1:2), <anonymous>:3:4)`. */
function mappedOrigin(text: string, files: ChangedFiles): string {
  return text.replaceAll(/(?<=\(|, )[^()]+?:\d+:\d+(?=\)|$)/g, (place) => {
    const [, name = '', line, column] = /^(.*):(\d+):(\d+)$/s.exec(place) ?? [];
    const file = files.find(name);
    return file === undefined ? place : `${name}:${line}:${authoredColumn(file, Number(line), Number(column))}`;
  });
}

interface RealSite {
  readonly site: NodeJS.CallSite;
  readonly files: ChangedFiles;
}

const realSites = new WeakMap<object, RealSite>();
let prototype: object | undefined;

/** Has the methods of V8's prototype, whichever there are in this version. */
function prototypeFor(site: NodeJS.CallSite): object {
  if (prototype !== undefined) return prototype;
  const made: Record<string, unknown> = {};
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(site))) {
    if (name !== 'constructor') Object.defineProperty(made, name, { value: methodFor(name), enumerable: false });
  }
  prototype = made;
  return made;
}

function methodFor(name: string): (this: object) => unknown {
  const map = mappings[name];
  return function method(this: object): unknown {
    const real = realSites.get(this);
    if (real === undefined) throw new TypeError('Illegal invocation');
    return map === undefined ? ask(real.site, name) : map(real);
  };
}

/** The methods whose answer differs. */
const mappings: Readonly<Record<string, (real: RealSite) => unknown>> = {
  getColumnNumber: (real) => columnOf(real, 'getLineNumber', 'getColumnNumber'),
  getEnclosingColumnNumber: (real) => columnOf(real, 'getEnclosingLineNumber', 'getEnclosingColumnNumber'),
  getPosition: ({ site, files }) => {
    const position = ask(site, 'getPosition');
    const file = files.find(site.getFileName());
    if (typeof position !== 'number' || file === undefined) return position;
    return position - insertedBefore(file, site.getLineNumber() ?? 1, (site.getColumnNumber() ?? 1) - 1);
  },
  getEvalOrigin: ({ site, files }) => {
    const origin = site.getEvalOrigin();
    return origin === undefined ? origin : mappedOrigin(origin, files);
  },
  getFunctionName: ({ site }) => {
    const name = site.getFunctionName();
    return name === null ? name : authoredName(name) || null;
  },
  toString: textOf,
};

/** The text as V8 writes it, `callee (place)` or only the place; its last number is the column. */
function textOf(real: RealSite): string {
  const { site, files } = real;
  const text = withAuthoredName(String(ask(site, 'toString')));
  if (site.isEval()) return mappedOrigin(text, files);
  const column = site.getColumnNumber();
  const place = `:${site.getLineNumber()}:${column}`;
  const end = text.endsWith(')') ? text.length - 1 : text.length;
  // `Promise.all (index 0)` and the like have no place.
  if (column === null || !text.endsWith(place, end)) return text;
  const mapped = String(columnOf(real, 'getLineNumber', 'getColumnNumber'));
  return text.slice(0, end - String(column).length) + mapped + text.slice(end);
}

function withAuthoredName(text: string): string {
  const [, callee = '', place = ''] = /^([^(]*) \((.*)\)$/s.exec(text) ?? [];
  const name = authoredName(callee);
  if (name === callee) return text;
  // `async` alone goes before a place, too.
  return name === '' || name === 'async' ? `${name} ${place}`.trimStart() : `${name} (${place})`;
}

function columnOf({ site, files }: RealSite, lineMethod: string, columnMethod: string): unknown {
  const line = ask(site, lineMethod);
  const column = ask(site, columnMethod);
  const file = files.find(site.getFileName());
  if (file === undefined || typeof line !== 'number' || typeof column !== 'number') return column;
  return authoredColumn(file, line, column);
}

function ask(site: NodeJS.CallSite, name: string): unknown {
  const method: unknown = Reflect.get(site, name);
  return typeof method === 'function' ? Reflect.apply(method, site, []) : undefined;
}

function hasChanged(origin: string | undefined, files: ChangedFiles): boolean {
  return origin !== undefined && mappedOrigin(origin, files) !== origin;
}

function isCallSite(value: unknown): value is NodeJS.CallSite {
  return typeof value === 'object' && value !== null && 'getFileName' in value;
}
