import type { TraceMode, LostNote } from '#protocol/messages.ts';
import { recordKind } from '#protocol/records.ts';
import type { Task, ThreadRecorder } from '../contracts.ts';
import { blockingClock, logTimedCall } from './blockingClock.ts';
import { leftBehind } from './leftBehind.ts';
import { liveRows } from './liveRows.ts';
import { lostTasks } from './lostTasks.ts';
import { recordWriter, type RecordWriter } from './recordWriter.ts';
import { taskRuntime, type RuntimeParts } from './runtime.ts';
import { recordedMarks, tableMarks } from './taskMarks.ts';
import { recordedSteps, tableSteps, watchCells } from './taskSteps.ts';
import { headerOf, ownHeader, type ThreadMemory } from './threadMemory.ts';

/** What a thread records by itself, without anybody who drains it. */
export type ThreadRuntime = Pick<
  ThreadRecorder,
  'runtime' | 'currentTask' | 'throwerOf' | 'floatingSiteOf' | 'countPromises'
>;

export interface ThreadRuntimeOptions {
  readonly memory: ThreadMemory;
  /** Shared by the process, see `control`. */
  readonly control: Int32Array;
  readonly mode: TraceMode;
  readonly lostSampling: number;
  /** µs since the thread's start, integer. */
  readonly nowUs: () => number;
  /** Called now and then while records are written. */
  readonly onTime?: () => void;
  readonly onLost: (note: LostNote) => void;
  readonly onSwallow: (site: number, error: unknown) => void;
  /** Whether stores become visible in their order, as on x64. */
  readonly isStrong: boolean;
}

/** From this duration on, a known blocking call is told to the watchdog. */
const longCallUs = 1000;

const caughtWord = recordKind.caught << 28;
const floatingWord = recordKind.floating << 28;
const timedWord = recordKind.timed << 28;
const promisesWord = recordKind.promises << 28;

/** The parts of one thread's recorder, chosen by the mode once. */
export function threadRuntime(options: ThreadRuntimeOptions): ThreadRuntime {
  const { memory, control, nowUs, isStrong, onTime } = options;
  const header = headerOf(memory);
  const rows = liveRows(memory);
  const currentTask = (): number => rows.idOf(rows.current()) >>> 0;
  const behind = leftBehind({ header, currentTask, unwindAll: () => marks.unwindAll() });
  const writer =
    options.mode === 'watch'
      ? undefined
      : recordWriter({ memory, control, nowUs, currentId: currentTask, onTime: both(behind, onTime), isStrong });
  const marks = writer === undefined ? tableMarks(rows) : recordedMarks(rows, writer);
  const throwers = new WeakMap<object, number>();
  const floating = new WeakMap<object, number>();
  const lost = lostTasks({
    header,
    sampling: options.lostSampling,
    idOf: rows.idOf,
    onLost(slot, sampling) {
      options.onLost({ kind: 'lost', time: nowUs(), sampling, ...rows.rowOf(slot) });
      marks.lose(slot);
    },
  });
  const stepOptions = {
    header,
    rows: rows.arrays,
    left: lost.left,
    marks,
    forget: lost.forget,
    beginRarely(site: number): Task {
      const slot = marks.begin(site);
      if (slot === 0) return slot;
      const cell = site & (watchCells - 1);
      lost.left[cell] = (lost.left[cell] ?? 0) - 1;
      return (lost.left[cell] ?? 0) > 0 ? slot : lost.watch(site, slot);
    },
  };
  const runtime = taskRuntime({
    steps: writer === undefined ? tableSteps(stepOptions) : recordedSteps(stepOptions, writer),
    marks,
    clock: blockingClock(header, nowUs),
    currentSlot: rows.current,
    onThrow(slot, error) {
      if (isObject(error)) throwers.set(error, rows.idOf(slot) >>> 0);
    },
    onSwallow(site, error) {
      header[ownHeader.swallowed] = (header[ownHeader.swallowed] ?? 0) + 1;
      writer?.put(caughtWord | site);
      options.onSwallow(site, error);
    },
    onFloat(site, promise) {
      writer?.put(floatingWord | site);
      rows.forgetChild();
      floating.set(promise, site);
    },
    onTimed: timer(writer, { memory, nowUs }),
  });
  return {
    runtime,
    currentTask,
    throwerOf: (error) => (isObject(error) ? (throwers.get(error) ?? 0) : 0),
    floatingSiteOf: (promise) => (isObject(promise) ? (floating.get(promise) ?? 0) : 0),
    countPromises: (created, settled) => writer?.putPair(promisesWord | created, settled),
  };
}

function both(first: () => void, second: (() => void) | undefined): () => void {
  if (second === undefined) return first;
  return () => {
    first();
    second();
  };
}

function timer(
  writer: RecordWriter | undefined,
  { memory, nowUs }: { readonly memory: ThreadMemory; readonly nowUs: () => number },
): RuntimeParts['onTimed'] {
  const log = new Float64Array(memory.timed);
  const keep = (site: number, us: number): void => logTimedCall(log, site, { start: nowUs() - us, us });
  if (writer === undefined) {
    return (site, us) => {
      if (us >= longCallUs) keep(site, us);
    };
  }
  const { putPair, wantExactTime } = writer;
  return (site, us) => {
    if (us >= longCallUs) {
      keep(site, us);
      wantExactTime();
    }
    putPair(timedWord | site, us);
  };
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
