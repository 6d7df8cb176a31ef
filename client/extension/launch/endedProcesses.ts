/** What a folder of a run tells at one moment. */
export interface ProcessesSeen {
  /** Ids of the processes that have a mark there. */
  readonly traced: readonly number[];
  readonly alive: readonly number[];
}

/**
 * Says when the programs of a terminal are through: none runs any more and there was one that nobody has accounted for. A shell starts
 * many programs one after the other with the same folder.
 */
export class EndedProcesses {
  /** Their marks are still there: what they left could not be written. */
  readonly #accounted = new Set<number>();

  /** The processes to account for now; empty: nothing to do. */
  due({ traced, alive }: ProcessesSeen): readonly number[] {
    // The marks of a finished run are removed, and numbers come again.
    for (const pid of this.#accounted) if (!traced.includes(pid)) this.#accounted.delete(pid);
    return alive.length > 0 ? [] : traced.filter((pid) => !this.#accounted.has(pid));
  }

  account(pids: readonly number[]): void {
    for (const pid of pids) this.#accounted.add(pid);
  }
}
