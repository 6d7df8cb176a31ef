import type { WaitsMessage } from '#protocol/panel.ts';
import type { TaskWait } from './engineMessages.ts';
import { isAlive, type TaskStore } from './taskStore.ts';

/** Waits of the tasks that were looked at lately. The host keeps all of them; a million tasks have too many to send. */
export interface WaitCache {
  readonly byTask: Map<number, { readonly waits: readonly TaskWait[]; readonly askedAt: number }>;
  /** Asked for, not yet answered. */
  readonly asked: Set<number>;
  size: number;
}

const maxWaits = 200_000;
/** Waits of living tasks are asked for again after so many µs of the run. */
const staleUs = 1e6;

export function waitCache(): WaitCache {
  return { byTask: new Map(), asked: new Set(), size: 0 };
}

export function takeWaits(cache: WaitCache, store: TaskStore, message: WaitsMessage): void {
  if (cache.size > maxWaits) {
    cache.byTask.clear();
    cache.size = 0;
  }
  const found = new Map<number, TaskWait[]>(message.rows.map((row) => [row, []]));
  for (const [index, row] of message.task.entries()) {
    found.get(row)?.push({
      place: message.place[index] ?? 0,
      begin: message.begin[index] ?? Number.NaN,
      end: message.end[index] ?? Number.NaN,
      child: message.child[index] ?? 0,
    });
  }
  for (const [row, waits] of found) {
    cache.asked.delete(row);
    cache.byTask.set(row, { waits, askedAt: store.endTime });
    cache.size += waits.length + 1;
  }
}

/** Of these rows, those whose waits are not known or have changed; they count as asked from now on. */
export function missingWaits(cache: WaitCache, store: TaskStore, rows: readonly number[]): readonly number[] {
  const missing = rows.filter((row) => {
    if (cache.asked.has(row) || (store.waits[row] ?? 0) === 0) return false;
    const known = cache.byTask.get(row);
    return known === undefined || (isAlive(store, row) && store.endTime - known.askedAt > staleUs);
  });
  for (const row of missing) cache.asked.add(row);
  return missing;
}
