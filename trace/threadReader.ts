import type {
  BlockNote,
  GarbageCollectionNote,
  Goodbye,
  Hello,
  LostNote,
  RejectionNote,
  Stats,
} from '#protocol/messages.ts';
import { applyLiveTable, type LiveSnapshot } from './applyLiveTable.ts';
import { decodeWords, wordStream, type WordStream } from './decodeWords.ts';
import { bucketMiddle } from './durationSketch.ts';
import { lose } from './followRecords.ts';
import type { ThreadModel } from './model.ts';
import { siteNumbers, type SiteNumbers } from './placeTable.ts';
import { addWait } from './taskTable.ts';
import { addStray, rowOfId, threadState, type ThreadState } from './threadState.ts';

/** One thread while its frames come in. */
export interface ThreadReader {
  hello: Hello;
  readonly numbers: SiteNumbers;
  readonly state: ThreadState;
  readonly words: WordStream;
  readonly blocks: BlockNote[];
  readonly collections: GarbageCollectionNote[];
  readonly rejections: RejectionNote[];
  readonly lost: LostNote[];
  stats: Stats | undefined;
  goodbye: Goodbye | undefined;
  /** The last one, until it is applied. */
  live: LiveSnapshot | undefined;
  endTime: number;
}

export function threadReader(hello: Hello, hasRoom: () => boolean): ThreadReader {
  const state = threadState();
  return {
    hello,
    numbers: siteNumbers(),
    state,
    words: wordStream(state, hasRoom),
    blocks: [],
    collections: [],
    rejections: [],
    lost: [],
    stats: undefined,
    goodbye: undefined,
    live: undefined,
    endTime: 0,
  };
}

export function readRecords(reader: ThreadReader, sequence: number, words: Uint32Array): void {
  decodeWords(reader.words, sequence, words);
  reader.endTime = Math.max(reader.endTime, reader.state.now);
}

/** A task that was watched has been collected. */
export function readLost(reader: ThreadReader, note: LostNote): void {
  const { state } = reader;
  reader.lost.push(note);
  let row = rowOfId(state, note.task);
  if (row === 0) {
    row = addStray(state, note.task, note.site, Number.NaN);
    if (note.waitsAt !== 0) addWait(state, row, note.waitsAt, Number.NaN);
  }
  lose(state, row, note.time);
}

/** Lets the last live table speak, once. */
export function settle(reader: ThreadReader): void {
  if (reader.live === undefined) return;
  applyLiveTable(reader.state, reader.live);
  reader.live = undefined;
}

export function modelOf(reader: ThreadReader): ThreadModel {
  settle(reader);
  const { hello, state, words, stats, goodbye } = reader;
  return {
    hello,
    endTime: reader.endTime,
    isOver: goodbye !== undefined,
    ...(goodbye === undefined ? {} : { goodbye }),
    ...(stats === undefined ? {} : { stats }),
    tasks: state.tasks,
    waits: state.waits,
    blocks: reader.blocks.toSorted((a, b) => a.start - b.start),
    collections: reader.collections.toSorted((a, b) => a.start - b.start),
    rejections: reader.rejections.toSorted((a, b) => a.time - b.time),
    lost: reader.lost,
    timed: state.timed,
    caught: state.caught,
    floating: state.floating,
    placeOf: reader.numbers.placeOf,
    lostWords: words.lostWords,
    folded: {
      tasks: state.foldedTasks,
      waits: state.foldedWaits,
      events: 0,
      durations: state.durations,
      waitDurations: state.waitDurations,
    },
    promises: { created: state.promisesCreated, settled: state.promisesSettled },
    resolutionUs: medianStep(state),
  };
}

function medianStep({ steps }: ThreadState): number {
  let left = steps.count / 2;
  for (let bucket = 0; bucket < steps.buckets.length; bucket += 1) {
    left -= steps.buckets[bucket] ?? 0;
    if (left <= 0 && steps.count > 0) return Math.round(bucketMiddle(bucket));
  }
  return 0;
}
