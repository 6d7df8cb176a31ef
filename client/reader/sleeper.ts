/** Waits that can be cut short. */
export interface Sleeper {
  /** Resolves after that time (0: as soon as others had their turn), or when it is woken; at once when it was woken since it last slept. */
  sleep(ms: number): Promise<void>;
  wake(): void;
}

export function sleeper(): Sleeper {
  let isWoken = false;
  let wake: (() => void) | undefined;
  return {
    async sleep(ms) {
      await new Promise<void>((resolve) => {
        const soon = ms === 0 || isWoken ? setImmediate(resolve) : undefined;
        const timer = soon === undefined && ms < maxMs ? setTimeout(resolve, ms) : undefined;
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
      isWoken = false;
    },
    wake() {
      isWoken = true;
      wake?.();
    },
  };
}

/** Longer ones have no timer. */
const maxMs = 2 ** 31;
