import { payloadMask, recordKind } from '#protocol/records.ts';
import type { LiveRows } from './liveRows.ts';
import type { RecordWriter } from './recordWriter.ts';

/** The five steps of a task's life, on table and ring; what `TaskRuntime` and the wrapper of `for await` are made of. */
export interface TaskMarks {
  /** Slot of the new task, 0 when the table is full. */
  readonly begin: (site: number) => number;
  readonly suspend: (slot: number, site: number) => void;
  readonly yield: (slot: number, site: number) => void;
  /** Makes it current when it is not. */
  readonly resume: (slot: number) => void;
  /** The task is about to reject. */
  readonly fail: (slot: number) => void;
  readonly end: (slot: number) => void;
  /** A task that waits was collected. */
  readonly lose: (slot: number) => void;
  /** Ends what is left of tasks that were unwound without telling (a stack overflow in their last call). */
  readonly unwindAll: () => void;
}

const enterWord = recordKind.enter << 28;
const suspendWord = recordKind.suspend << 28;
const resumeWord = recordKind.resume << 28;
const exitWord = recordKind.exit << 28;
const throwWord = recordKind.throw << 28;
const yieldWord = recordKind.yield << 28;
const lostWord = recordKind.lost << 28;

/** Marks on table and ring. */
export function recordedMarks(rows: LiveRows, { put }: RecordWriter): TaskMarks {
  // Single functions, so that optimized code has them as constants.
  const { current, idOf, hasRoom, begin, wait, waitForConsumer, goOn, end, drop, isBelow } = rows;
  /** A record is about the current task, so one that is not must be resumed first. */
  function makeCurrent(slot: number): boolean {
    if (idOf(slot) === 0) return false;
    // A task further down runs, so those above it were left by an exception that they could not tell.
    if (isBelow(slot)) unwindTo(slot);
    else resume(slot);
    return true;
  }

  function unwindTo(slot: number): void {
    for (let top = current(); top !== slot; top = current()) {
      put(throwWord);
      put(exitWord);
      end(top);
    }
  }

  function resume(slot: number): void {
    put(resumeWord | (idOf(slot) & payloadMask));
    goOn(slot);
  }

  return {
    begin(site) {
      if (!hasRoom()) return 0;
      put(enterWord | site);
      return begin(site);
    },
    suspend(slot, site) {
      if (slot === 0 || (slot !== current() && !makeCurrent(slot))) return;
      put(suspendWord | site);
      wait(slot, site);
    },
    yield(slot, site) {
      if (slot === 0 || (slot !== current() && !makeCurrent(slot))) return;
      put(yieldWord | site);
      waitForConsumer(slot, site);
    },
    resume(slot) {
      if (slot === 0 || slot === current()) return;
      if (current() !== 0) makeCurrent(slot);
      else if (idOf(slot) !== 0) resume(slot);
    },
    fail(slot) {
      if (slot === 0 || (slot !== current() && !makeCurrent(slot))) return;
      put(throwWord);
    },
    end(slot) {
      if (slot === 0 || (slot !== current() && !makeCurrent(slot))) return;
      put(exitWord);
      end(slot);
    },
    lose(slot) {
      put(lostWord | (idOf(slot) & payloadMask));
      drop(slot);
    },
    unwindAll() {
      unwindTo(0);
    },
  };
}

/** Marks on the table alone, for watch mode. */
export function tableMarks(rows: LiveRows): TaskMarks {
  const { current, idOf, hasRoom, begin, wait, waitForConsumer, goOn, end, drop, isBelow } = rows;
  function makeCurrent(slot: number): boolean {
    if (idOf(slot) === 0) return false;
    if (isBelow(slot)) unwindTo(slot);
    else goOn(slot);
    return true;
  }

  function unwindTo(slot: number): void {
    for (let top = current(); top !== slot; top = current()) end(top);
  }

  function suspend(slot: number, site: number): void {
    if (slot === 0 || (slot !== current() && !makeCurrent(slot))) return;
    wait(slot, site);
  }

  return {
    begin: (site) => (hasRoom() ? begin(site) : 0),
    suspend,
    yield(slot, site) {
      if (slot === 0 || (slot !== current() && !makeCurrent(slot))) return;
      waitForConsumer(slot, site);
    },
    resume(slot) {
      if (slot === 0 || slot === current()) return;
      if (current() !== 0) makeCurrent(slot);
      else if (idOf(slot) !== 0) goOn(slot);
    },
    // Rows do not tell how a task ends.
    fail() {},
    end(slot) {
      if (slot === 0 || (slot !== current() && !makeCurrent(slot))) return;
      end(slot);
    },
    lose: drop,
    unwindAll() {
      unwindTo(0);
    },
  };
}
