/** Rows of tasks that grow in number. */
export class RowList {
  #rows = new Uint32Array(8);
  length = 0;

  push(row: number): void {
    if (this.length === this.#rows.length) {
      const longer = new Uint32Array(this.length * 2);
      longer.set(this.#rows);
      this.#rows = longer;
    }
    this.#rows[this.length] = row;
    this.length += 1;
  }

  /** 0 outside. */
  at(index: number): number {
    return index < this.length ? (this.#rows[index] ?? 0) : 0;
  }
}

/** Index of the first row from `from` on for which `isPast` holds; `isPast` must not go back to false. Near ones are found fastest. */
export function firstIndex(rows: RowList, from: number, isPast: (row: number) => boolean): number {
  let low = from;
  let step = 1;
  while (low + step <= rows.length && !isPast(rows.at(low + step - 1))) {
    low += step;
    step *= 2;
  }
  let high = Math.min(rows.length, low + step);
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isPast(rows.at(middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}
