import { liveTable, payloadMask, recordKind, ring } from '#protocol/records.ts';
import type { Task, TaskRuntime } from '../contracts.ts';
import { lastChild, rowShift, type RowArrays } from './liveRows.ts';
import { timeInterval, type RecordWriter } from './recordWriter.ts';
import type { TaskMarks } from './taskMarks.ts';
import { ownHeader } from './threadMemory.ts';

/**
 * The four steps that tasks take all the time, as transformed code calls them. Each is one flat function over typed arrays that takes the usual
 * way by itself and leaves everything else to `TaskMarks`: V8 then keeps the addresses as constants, and calls nothing.
 *
 * What they do is what `LiveRows` and `RecordWriter` do; a test lets both ways take the same random steps.
 */
export type TaskSteps = Pick<TaskRuntime, 'b' | 'a' | 'c' | 'e'>;

export interface StepsOptions {
  readonly header: Int32Array;
  readonly rows: RowArrays;
  /** By site, its low 16 bits: calls until the next one that is to be watched for being lost. */
  readonly left: Int32Array;
  /** A task that is watched, or for which there is no slot yet. */
  readonly beginRarely: (site: number) => Task;
  readonly marks: TaskMarks;
  /** A watched task is over. */
  readonly forget: (task: object) => void;
}

/** Cells of `left`, a power of two. */
export const watchCells = 1 << 16;

const { head, clock, current } = ring;
const { seenClock, tasks } = ownHeader;
const { site: siteWord, parent, waitsAt, since, begun, waitsFor } = liveTable;

const enterWord = recordKind.enter << 28;
const suspendWord = recordKind.suspend << 28;
const resumeWord = recordKind.resume << 28;
const exitWord = recordKind.exit << 28;
const intervalMask = timeInterval - 1;
const cellMask = watchCells - 1;

export function slotOf(task: Task): number {
  return typeof task === 'number' ? task : task.slot;
}

/** Steps on table and ring. */
export function recordedSteps(options: StepsOptions, writer: RecordWriter): TaskSteps {
  const { header, left, beginRarely, marks, forget } = options;
  const { table, links } = options.rows;
  const { words, prepared, isStrong } = writer;
  const { suspend, resume, end } = marks;
  const mask = words.length - 1;

  return {
    b(site) {
      const slot = links[0] ?? 0;
      const rest = (left[site & cellMask] ?? 0) - 1;
      if (slot === 0 || rest <= 0) return beginRarely(site);
      left[site & cellMask] = rest;
      const now = header[clock] ?? 0;
      let at = header[head] ?? 0;
      if ((at & intervalMask) === 0 || now !== header[seenClock]) at = prepared(at);
      words[at & mask] = enterWord | site;
      if (isStrong) header[head] = (at + 1) | 0;
      else Atomics.store(header, head, (at + 1) | 0);
      const caller = header[current] ?? 0;
      const task = ((header[tasks] ?? 0) + 1) | 0;
      const row = slot << rowShift;
      links[0] = links[slot] ?? 0;
      links[slot] = caller;
      table[row + siteWord] = site;
      table[row + parent] = table[caller << rowShift] ?? 0;
      table[row + waitsAt] = 0;
      table[row + begun] = now;
      table[row] = task;
      header[tasks] = task;
      table[lastChild] = 0;
      header[current] = slot;
      return slot;
    },
    a(value, task, site) {
      if (typeof task !== 'number' || task !== header[current] || task === 0) {
        suspend(slotOf(task), site);
        return value;
      }
      const now = header[clock] ?? 0;
      let at = header[head] ?? 0;
      if ((at & intervalMask) === 0 || now !== header[seenClock]) at = prepared(at);
      words[at & mask] = suspendWord | site;
      if (isStrong) header[head] = (at + 1) | 0;
      else Atomics.store(header, head, (at + 1) | 0);
      const row = task << rowShift;
      // As an integer for V8, too.
      table[row + waitsAt] = site | 0;
      table[row + since] = now;
      table[row + waitsFor] = table[lastChild] ?? 0;
      table[lastChild] = table[row] ?? 0;
      header[current] = links[task] ?? 0;
      return value;
    },
    c(value, task) {
      const row = typeof task === 'number' ? task << rowShift : 0;
      const id = table[row] ?? 0;
      if (id === 0 || header[current] !== 0 || typeof task !== 'number') {
        resume(slotOf(task));
        return value;
      }
      let at = header[head] ?? 0;
      if ((at & intervalMask) === 0 || header[clock] !== header[seenClock]) at = prepared(at);
      words[at & mask] = resumeWord | (id & payloadMask);
      if (isStrong) header[head] = (at + 1) | 0;
      else Atomics.store(header, head, (at + 1) | 0);
      table[row + waitsAt] = 0;
      table[lastChild] = 0;
      links[task] = 0;
      header[current] = task;
      return value;
    },
    e(value, task) {
      if (typeof task !== 'number' || task !== header[current] || task === 0) {
        end(slotOf(task));
        if (typeof task !== 'number') forget(task);
        return value;
      }
      let at = header[head] ?? 0;
      if ((at & intervalMask) === 0 || header[clock] !== header[seenClock]) at = prepared(at);
      words[at & mask] = exitWord;
      if (isStrong) header[head] = (at + 1) | 0;
      else Atomics.store(header, head, (at + 1) | 0);
      const row = task << rowShift;
      table[lastChild] = table[row] ?? 0;
      table[row] = 0;
      header[current] = links[task] ?? 0;
      links[task] = links[0] ?? 0;
      links[0] = task;
      return value;
    },
  };
}

/** Steps on the table alone, for watch mode. */
export function tableSteps(options: StepsOptions): TaskSteps {
  const { header, left, beginRarely, marks, forget } = options;
  const { table, links } = options.rows;
  const { suspend, resume, end } = marks;

  return {
    b(site) {
      const slot = links[0] ?? 0;
      const rest = (left[site & cellMask] ?? 0) - 1;
      if (slot === 0 || rest <= 0) return beginRarely(site);
      left[site & cellMask] = rest;
      const caller = header[current] ?? 0;
      const task = ((header[tasks] ?? 0) + 1) | 0;
      const row = slot << rowShift;
      links[0] = links[slot] ?? 0;
      links[slot] = caller;
      table[row + siteWord] = site;
      table[row + parent] = table[caller << rowShift] ?? 0;
      table[row + waitsAt] = 0;
      table[row + begun] = header[clock] ?? 0;
      table[row] = task;
      header[tasks] = task;
      table[lastChild] = 0;
      header[current] = slot;
      return slot;
    },
    a(value, task, site) {
      if (typeof task !== 'number' || task !== header[current] || task === 0) {
        suspend(slotOf(task), site);
        return value;
      }
      const row = task << rowShift;
      // As an integer for V8, too.
      table[row + waitsAt] = site | 0;
      table[row + since] = header[clock] ?? 0;
      table[row + waitsFor] = table[lastChild] ?? 0;
      table[lastChild] = table[row] ?? 0;
      header[current] = links[task] ?? 0;
      return value;
    },
    c(value, task) {
      const row = typeof task === 'number' ? task << rowShift : 0;
      if (table[row] === 0 || header[current] !== 0 || typeof task !== 'number') {
        resume(slotOf(task));
        return value;
      }
      table[row + waitsAt] = 0;
      table[lastChild] = 0;
      links[task] = 0;
      header[current] = task;
      return value;
    },
    e(value, task) {
      if (typeof task !== 'number' || task !== header[current] || task === 0) {
        end(slotOf(task));
        if (typeof task !== 'number') forget(task);
        return value;
      }
      const row = task << rowShift;
      table[lastChild] = table[row] ?? 0;
      table[row] = 0;
      header[current] = links[task] ?? 0;
      links[task] = links[0] ?? 0;
      links[0] = task;
      return value;
    },
  };
}
