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
export function recordedMarks(rows: LiveRows, writer: RecordWriter): TaskMarks {
  /** A record is about the current task, so one that is not must be resumed first. */
  function makeCurrent(slot: number): boolean {
    if (rows.idOf(slot) === 0) return false;
    // A task further down runs, so those above it were left by an exception that they could not tell.
    if (rows.isBelow(slot)) unwindTo(slot);
    else resume(slot);
    return true;
  }

  function unwindTo(slot: number): void {
    for (let top = rows.current(); top !== slot; top = rows.current()) {
      writer.put(throwWord);
      writer.put(exitWord);
      rows.end(top);
    }
  }

  function resume(slot: number): void {
    writer.put(resumeWord | (rows.idOf(slot) & payloadMask));
    rows.goOn(slot);
  }

  return {
    begin(site) {
      if (!rows.hasRoom()) return 0;
      writer.put(enterWord | site);
      return rows.begin(site);
    },
    suspend(slot, site) {
      if (slot === 0 || (slot !== rows.current() && !makeCurrent(slot))) return;
      writer.put(suspendWord | site);
      rows.wait(slot, site);
    },
    yield(slot, site) {
      if (slot === 0 || (slot !== rows.current() && !makeCurrent(slot))) return;
      writer.put(yieldWord | site);
      rows.wait(slot, site);
    },
    resume(slot) {
      if (slot === 0 || slot === rows.current()) return;
      if (rows.current() === 0) resume(slot);
      else makeCurrent(slot);
    },
    fail(slot) {
      if (slot === 0 || (slot !== rows.current() && !makeCurrent(slot))) return;
      writer.put(throwWord);
    },
    end(slot) {
      if (slot === 0 || (slot !== rows.current() && !makeCurrent(slot))) return;
      writer.put(exitWord);
      rows.end(slot);
    },
    lose(slot) {
      writer.put(lostWord | (rows.idOf(slot) & payloadMask));
      rows.drop(slot);
    },
    unwindAll() {
      unwindTo(0);
    },
  };
}

/** Marks on the table alone, for watch mode. */
export function tableMarks(rows: LiveRows): TaskMarks {
  function makeCurrent(slot: number): boolean {
    if (rows.idOf(slot) === 0) return false;
    if (rows.isBelow(slot)) unwindTo(slot);
    else rows.goOn(slot);
    return true;
  }

  function unwindTo(slot: number): void {
    for (let top = rows.current(); top !== slot; top = rows.current()) rows.end(top);
  }

  function wait(slot: number, site: number): void {
    if (slot === 0 || (slot !== rows.current() && !makeCurrent(slot))) return;
    rows.wait(slot, site);
  }

  return {
    begin: (site) => (rows.hasRoom() ? rows.begin(site) : 0),
    suspend: wait,
    yield: wait,
    resume(slot) {
      if (slot === 0 || slot === rows.current()) return;
      if (rows.current() === 0) rows.goOn(slot);
      else makeCurrent(slot);
    },
    // Rows do not tell how a task ends.
    fail() {},
    end(slot) {
      if (slot === 0 || (slot !== rows.current() && !makeCurrent(slot))) return;
      rows.end(slot);
    },
    lose: (slot) => rows.drop(slot),
    unwindAll() {
      unwindTo(0);
    },
  };
}
