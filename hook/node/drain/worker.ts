/** Thread that drains the rings; see contracts.ts. */
export const isWorker = true;
