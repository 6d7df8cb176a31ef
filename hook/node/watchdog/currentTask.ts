import { liveTable, ring } from '#protocol/records.ts';
import type { DrainContext } from '../contracts.ts';

/** Id of the task that runs in a thread, 0 for none; it may change while it is read. */
export function currentTask({ header, table }: Pick<DrainContext, 'header' | 'table'>): number {
  const slot = header[ring.current] ?? 0;
  return slot === 0 ? 0 : (table[slot * liveTable.wordsPerSlot + liveTable.id] ?? 0);
}
