/** Lines of a text. Lines count from 1 and end as V8 and ECMAScript end them: at LF, CR, CR LF, U+2028 and U+2029. */
export class LineTable {
  readonly #starts: number[] = [0];
  /** Line of the last question: the next one is mostly near. */
  #near = 1;

  constructor(text: string) {
    if (/[\r\u2028\u2029]/.test(text)) this.#scan(text);
    else for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) this.#starts.push(at + 1);
  }

  #scan(text: string): void {
    for (const { index, 0: end } of text.matchAll(/\r\n?|[\n\u2028\u2029]/g)) this.#starts.push(index + end.length);
  }

  /** Line that holds an offset. */
  lineOf(offset: number): number {
    if (this.#holds(this.#near, offset)) return this.#near;
    let low = 1;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.startOf(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    this.#near = low;
    return low;
  }

  #holds(line: number, offset: number): boolean {
    return this.startOf(line) <= offset && offset < (this.#starts[line] ?? Number.MAX_SAFE_INTEGER);
  }

  /** Offset of a line's first character. */
  startOf(line: number): number {
    return this.#starts[line - 1] ?? 0;
  }
}
