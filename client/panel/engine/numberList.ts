/** Numbers that grow in number, without objects. */
export class NumberList {
  #values = new Float64Array(16);
  length = 0;

  /** The numbers; valid until the next `push`. */
  get values(): Float64Array {
    return this.#values;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const longer = new Float64Array(this.length * 2);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  at(index: number): number {
    return this.#values[index] ?? Number.NaN;
  }

  /** Sorts what lies from `start` on. */
  sortFrom(start: number): void {
    this.#values.subarray(start, this.length).sort();
  }

  /** Number of values up to and including `value`; the list must be sorted. Begins at `from`, which must not be too far. */
  countUpTo(value: number, from = 0): number {
    let low = from;
    let step = 1;
    // Gallop first: the next pixel is near the last one.
    while (low + step <= this.length && (this.#values[low + step - 1] ?? 0) <= value) {
      low += step;
      step *= 2;
    }
    let high = Math.min(this.length, low + step);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#values[middle] ?? 0) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
