/**
 * Gives intervals places side by side, so that no two in a lane overlap: each takes the lane that has been free longest,
 * and a new one when none is free. Intervals come in order of their begin.
 */
export class Lanes {
  /** Lanes by the end of their last interval: a binary heap, earliest first. */
  readonly #ends: number[] = [];
  readonly #lanes: number[] = [];

  /** Lanes so far. */
  get count(): number {
    return this.#lanes.length;
  }

  /** Lane of the next interval, from 0. */
  take(begin: number, end: number): number {
    const earliest = this.#ends[0];
    if (earliest === undefined || earliest > begin) return this.#open(end);
    const lane = this.#lanes[0] ?? 0;
    this.#ends[0] = end;
    this.#sink();
    return lane;
  }

  #open(end: number): number {
    const lane = this.#lanes.length;
    this.#ends.push(end);
    this.#lanes.push(lane);
    for (let at = lane; at > 0;) {
      const above = (at - 1) >> 1;
      if ((this.#ends[above] ?? 0) <= (this.#ends[at] ?? 0)) break;
      this.#swap(at, above);
      at = above;
    }
    return lane;
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= this.#ends.length) return;
      const right = left + 1;
      const below = right < this.#ends.length && (this.#ends[right] ?? 0) < (this.#ends[left] ?? 0) ? right : left;
      if ((this.#ends[at] ?? 0) <= (this.#ends[below] ?? 0)) return;
      this.#swap(at, below);
      at = below;
    }
  }

  #swap(a: number, b: number): void {
    [this.#ends[a], this.#ends[b]] = [this.#ends[b] ?? 0, this.#ends[a] ?? 0];
    [this.#lanes[a], this.#lanes[b]] = [this.#lanes[b] ?? 0, this.#lanes[a] ?? 0];
  }
}
