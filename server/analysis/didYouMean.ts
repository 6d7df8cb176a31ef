/** The end of a message: `; did you mean "x"?`, or nothing. */
export function suggestion(typed: string, candidates: readonly string[]): string {
  const meant = didYouMean(typed, candidates);
  return meant === undefined ? '' : `; did you mean "${meant}"?`;
}

/**
 * The word a person most likely meant, or `undefined` when nothing is near.
 * Near means an edit distance (insert, delete, replace, swap of neighbors) of at most a third of the typed word's length, at
 * least 1, or one of the words that other linters use for the same; the first of several equally near candidates wins.
 */
function didYouMean(typed: string, candidates: readonly string[]): string | undefined {
  const word = typed.toLowerCase();
  const synonym = synonyms.get(word);
  if (synonym !== undefined && candidates.includes(synonym)) return synonym;
  let best: { readonly candidate: string; readonly distance: number } | undefined;
  for (const candidate of candidates) {
    const distance = editDistance(word, candidate.toLowerCase());
    if (distance <= tolerance(word) && (best === undefined || distance < best.distance)) best = { candidate, distance };
  }
  return best?.candidate;
}

const synonyms: ReadonlyMap<string, string> = new Map([
  ['warn', 'warning'],
  ['info', 'hint'],
  ['information', 'hint'],
  ['note', 'hint'],
  ['fatal', 'error'],
  ['none', 'off'],
  ['false', 'off'],
]);

function tolerance(word: string): number {
  return Math.max(1, Math.floor(word.length / 3));
}

/** Optimal string alignment distance. Words above 64 characters are never near anything: the table stays small. */
function editDistance(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Infinity;
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const replace = at(last, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const swap = isSwap(a, b, row, column) ? at(beforeLast, column - 2) + 1 : Infinity;
      current.push(Math.min(replace, swap, at(last, column) + 1, at(current, column - 1) + 1));
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, b.length);
}

function isSwap(a: string, b: string, row: number, column: number): boolean {
  return row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
