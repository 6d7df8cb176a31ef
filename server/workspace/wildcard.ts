/** Stands for any number of elements, also none. */
export const many = Symbol('many');

/** One element of a pattern: a test of one element of the input, or `many`. */
export type Wild<Element> = typeof many | ((element: Element) => boolean);

/**
 * Whether the whole input matches the pattern. Only the last `many` is ever tried again, so the time is at most the product of both
 * lengths, whatever the pattern: no user can write one that hangs, which regular expressions cannot promise.
 * See Kirk J. Krauss, "Matching Wildcards: An Algorithm", 2008.
 */
export function matchesWild<Element>(pattern: readonly Wild<Element>[], input: ArrayLike<Element>): boolean {
  let [at, next] = [0, 0];
  let restart: { readonly at: number; readonly next: number } | undefined;
  while (next < input.length) {
    const wild = pattern[at];
    if (wild === many) restart = { at: ++at, next };
    else if (wild !== undefined && testAt(wild, input, next)) [at, next] = [at + 1, next + 1];
    else if (restart === undefined) return false;
    else [at, next, restart] = [restart.at, restart.next + 1, { at: restart.at, next: restart.next + 1 }];
  }
  while (pattern[at] === many) at++;
  return at === pattern.length;
}

function testAt<Element>(test: (element: Element) => boolean, input: ArrayLike<Element>, index: number): boolean {
  const element = input[index];
  return element !== undefined && test(element);
}
