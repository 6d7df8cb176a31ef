import { longerNumbers, longerWords, nextLength } from './growable.ts';
import type { EventColumns } from './model.ts';

/** Rows of one table at most; later ones are only counted. */
const maxEvents = 1_000_000;
/** Sites counted apart at most. */
const maxCountedSites = 1 << 20;

export interface EventTable extends EventColumns {
  count: number;
  site: Uint32Array;
  task: Uint32Array;
  time: Float64Array;
  value: Float64Array;
  readonly countBySite: Map<number, number>;
}

export interface TraceEvent {
  readonly site: number;
  readonly task: number;
  readonly time: number;
  readonly value: number;
}

export function eventTable(): EventTable {
  const length = nextLength(0);
  return {
    count: 0,
    site: new Uint32Array(length),
    task: new Uint32Array(length),
    time: new Float64Array(length),
    value: new Float64Array(length),
    countBySite: new Map(),
  };
}

/** Adds a row and returns it; 0 when the table is full and the event only counted. */
export function addEvent(events: EventTable, { site, task, time, value }: TraceEvent): number {
  const counted = events.countBySite.get(site);
  if (counted !== undefined || events.countBySite.size < maxCountedSites)
    events.countBySite.set(site, (counted ?? 0) + 1);
  if (events.count >= maxEvents) return 0;
  const row = events.count + 1;
  if (row >= events.site.length) growEvents(events);
  events.count = row;
  events.site[row] = site;
  events.task[row] = task;
  events.time[row] = time;
  events.value[row] = value;
  return row;
}

function growEvents(events: EventTable): void {
  const length = nextLength(events.site.length);
  events.site = longerWords(events.site, length);
  events.task = longerWords(events.task, length);
  events.time = longerNumbers(events.time, length);
  events.value = longerNumbers(events.value, length);
}
