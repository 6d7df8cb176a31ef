/** What a folder of a run tells at one moment. */
export interface ProcessesSeen {
  /** Ids of all processes ever traced there. */
  readonly traced: readonly number[];
  readonly alive: readonly number[];
}

/**
 * Says when the programs of a terminal are through: none runs any more and there was one that nobody has accounted for. A shell starts
 * many programs one after the other with the same folder.
 */
export class EndedProcesses {
  readonly #accounted = new Set<number>();

  /** The processes to account for now; empty: nothing to do. */
  due({ traced, alive }: ProcessesSeen): readonly number[] {
    return alive.length > 0 ? [] : traced.filter((pid) => !this.#accounted.has(pid));
  }

  account(pids: readonly number[]): void {
    for (const pid of pids) this.#accounted.add(pid);
  }
}
