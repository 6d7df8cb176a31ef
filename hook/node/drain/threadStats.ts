import { blockBucketsMs, type BlockNote, type Note, type Stats, type SwallowedSite } from '#protocol/messages.ts';
import { liveTable, ring } from '#protocol/records.ts';
import { ownHeader } from '../recorder/threadMemory.ts';
import { eachUsedRow } from './liveFrame.ts';

/** Counts what a thread's notes tell, for its `Stats`. */
export interface ThreadStats {
  addNote(note: Note): void;
  setSwallowed(sites: readonly SwallowedSite[]): void;
  addLostWords(words: number): void;
  addDroppedFrame(): void;
  take(time: number): Stats;
}

export interface StatsSource {
  readonly header: Int32Array;
  readonly table: Uint32Array;
  /** Words of records written so far. */
  readonly written: () => number;
  /** Name of the place to blame for a block. */
  readonly placeOf: (note: BlockNote) => string;
}

type BlockStats = Stats['blocks'][number];
interface BlockCounts {
  place: string;
  count: number;
  totalUs: number;
  maxUs: number;
  buckets: number[];
}

const mostPlaces = 50;
/** Places counted at all; blocks elsewhere count as `other`. */
const mostCounted = 500;
const otherPlaces = '';

export function threadStats(source: StatsSource): ThreadStats {
  const { header, table } = source;
  const counts = { lostWords: 0, droppedFrames: 0, unhandled: 0, late: 0, lost: 0 };
  const blocks = new Map<string, BlockCounts>();
  let swallowed: readonly SwallowedSite[] = [];
  return {
    addNote(note) {
      if (note.kind === 'block') countBlock(blocks, source.placeOf(note), note.durationUs);
      else if (note.kind === 'lost') counts.lost += 1;
      else if (note.kind === 'rejection' && note.outcome === 'unhandled') counts.unhandled += 1;
      else if (note.kind === 'rejection') counts.late += 1;
    },
    setSwallowed(sites) {
      swallowed = sites;
    },
    addLostWords(words) {
      counts.lostWords += words;
    },
    addDroppedFrame() {
      counts.droppedFrames += 1;
    },
    take(time) {
      const live = liveCounts(header, table);
      return {
        time,
        words: source.written(),
        lostWords: counts.lostWords,
        droppedFrames: counts.droppedFrames,
        tasksStarted: wordAt(header, ownHeader.tasks),
        tasksAlive: live.alive,
        tasksUntracked: wordAt(header, ring.untracked),
        modulesTransformed: wordAt(header, ownHeader.modulesTransformed),
        modulesSkipped: wordAt(header, ownHeader.modulesSkipped),
        unhandledRejections: counts.unhandled,
        lateRejections: counts.late,
        swallowedRejections: wordAt(header, ownHeader.swallowed),
        lostTasks: counts.lost,
        gcUs: wordAt(header, ring.gc),
        blocks: costliest(blocks),
        waiting: live.waiting,
        ...(swallowed.length === 0 ? {} : { swallowed }),
      };
    },
  };
}

function wordAt(header: Int32Array, word: number): number {
  return Atomics.load(header, word) >>> 0;
}

function countBlock(blocks: Map<string, BlockCounts>, place: string, durationUs: number): void {
  const key = blocks.has(place) || blocks.size < mostCounted ? place : otherPlaces;
  const counts = blocks.get(key) ?? {
    place: key,
    count: 0,
    totalUs: 0,
    maxUs: 0,
    buckets: blockBucketsMs.concat(0).fill(0),
  };
  blocks.set(key, counts);
  add(counts, { count: 1, totalUs: durationUs, maxUs: durationUs });
  const bucket = blockBucketsMs.findIndex((bound) => durationUs <= bound * 1000);
  const index = bucket === -1 ? blockBucketsMs.length : bucket;
  counts.buckets[index] = (counts.buckets[index] ?? 0) + 1;
}

function add(
  counts: BlockCounts,
  more: { readonly count: number; readonly totalUs: number; readonly maxUs: number },
): void {
  counts.count += more.count;
  counts.totalUs += more.totalUs;
  counts.maxUs = Math.max(counts.maxUs, more.maxUs);
}

function costliest(blocks: ReadonlyMap<string, BlockCounts>): readonly BlockStats[] {
  const sorted = [...blocks.values()].toSorted((a, b) => b.totalUs - a.totalUs);
  if (sorted.length <= mostPlaces) return sorted.map((each) => ({ ...each, buckets: [...each.buckets] }));
  const rest: BlockCounts = {
    place: otherPlaces,
    count: 0,
    totalUs: 0,
    maxUs: 0,
    buckets: blockBucketsMs.concat(0).fill(0),
  };
  for (const each of sorted.slice(mostPlaces)) {
    add(rest, each);
    rest.buckets = rest.buckets.map((count, index) => count + (each.buckets[index] ?? 0));
  }
  return [...sorted.slice(0, mostPlaces), rest];
}

function liveCounts(
  header: Int32Array,
  table: Uint32Array,
): { readonly alive: number; readonly waiting: Stats['waiting'] } {
  const now = Atomics.load(header, ring.clock);
  const bySite = new Map<number, { site: number; count: number; oldestMs: number }>();
  let alive = 0;
  eachUsedRow(header, table, (row) => {
    alive += 1;
    const site = table[row + liveTable.waitsAt] ?? 0;
    if (site === 0) return;
    const age = Math.max(0, now - (table[row + liveTable.since] ?? 0));
    const known = bySite.get(site);
    if (known === undefined) bySite.set(site, { site, count: 1, oldestMs: age });
    else {
      known.count += 1;
      known.oldestMs = Math.max(known.oldestMs, age);
    }
  });
  const waiting = [...bySite.values()].toSorted((a, b) => b.count - a.count).slice(0, mostPlaces);
  return { alive, waiting };
}
