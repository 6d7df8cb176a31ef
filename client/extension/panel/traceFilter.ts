import path from 'node:path';

/** In the language of the panel's filter box: the tasks of a function. `file`: relative to the root of the trace, forward slashes. */
export function traceFilter({ name, file }: { readonly name: string; readonly file: string }): string {
  const terms = [
    { field: 'fn', text: name },
    { field: 'file', text: file },
  ];
  return terms
    .map(({ field, text }) => ({ field, text: longestPlain(text) }))
    .flatMap(({ field, text }) => (text === '' ? [] : [`${field}:"${text}"`]))
    .join(' ');
}

/** Path of a file as a trace of this root tells it; `undefined` when it lies elsewhere. */
export function fileInRoot(file: string, root: string): string | undefined {
  const relative = path.relative(root, file);
  const isOutside = relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative);
  return isOutside ? undefined : relative.replaceAll(path.sep, '/');
}

/** Quotes, commas and stars mean something to the filter, so the longest part without them has to do. */
function longestPlain(text: string): string {
  return text
    .split(/[",*]/)
    .reduce((longest, part) => (part.trim().length > longest.length ? part.trim() : longest), '');
}
