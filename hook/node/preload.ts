/** Preloaded into the program with `--require`; see contracts.ts. */
export const isPreloaded = true;
