/**
 * Trace records: what a traced thread writes about its tasks, one 32-bit word each.
 *
 * A thread runs one thing at a time, so a reader that follows the records knows the current task and need not be told it: a task that
 * enters gets the next id and the current task as parent; suspend, yield, throw, exit, caught, floating and timed are about the current task.
 * Only `resume` names a task. The rules, which `hook/node` (writer) and `trace` (reader) both keep:
 *
 * - `enter(site)`: a new task with the next id (ids count from 1 and grow by 1), its parent is the current task, its return task too; it becomes current.
 * - `suspend(site)`, `yield(site)`: the current task waits at that site; its return task becomes current (0: none).
 * - `resume(task)`: that task goes on; its return task is the current one; it becomes current.
 *   The writer also puts it before a record about a task that is not the current one (a generator that is being closed).
 * - `exit`: the current task is over; its return task becomes current. `throw` before it says that it rejected.
 * - A task that a task starts between its resume (or enter) and its next suspend is what it waits for, if it is the last such task.
 *
 * The high four bits of a word are its kind, the low 28 its payload. Ids above 28 bits wrap; sites do not reach it.
 */

/** Kinds of records. Words that follow the first are counted in `extraWords`. */
export const recordKind = {
  /** Nothing; fills up to the next sync point. */
  pad: 0,
  /** Payload: function site. */
  enter: 1,
  /** Payload: await site (`await`, `for await`). */
  suspend: 2,
  /** Payload: task id, low 28 bits. */
  resume: 3,
  exit: 4,
  /** The current task is about to reject. */
  throw: 5,
  /** Payload: µs since the last time record or sync; larger gaps take several. All records until the next one carry the new time. */
  time: 6,
  /** Payload: yield site of an async generator; it waits for its consumer. */
  yield: 7,
  /** Payload: catch site that drops its error; one more time. */
  caught: 8,
  /** Payload: call site whose promise is used by nobody. */
  floating: 9,
  /** Payload: site of a known blocking call. One more word: its duration in µs. */
  timed: 10,
  /**
   * Where the thread stands, written at the start and then at every `syncInterval` words, so that a reader can begin there.
   * Payload: 0. More words: next task id, current task id, time in µs since the thread's start (low, then high 32 bits).
   */
  sync: 11,
  /** Payload: task id, low 28 bits. The task was collected by the garbage collector while it waited: it can never go on. */
  lost: 12,
  /** Payload: promises created since the last such record (deep mode). One more word: promises settled. */
  promises: 13,
  /** Kinds to come. Payload: words that follow. */
  extended: 15,
} as const;
export type RecordKind = (typeof recordKind)[keyof typeof recordKind];

/** Words that follow the first word of a record; `extended` says it in its payload. Index: kind. */
export const extraWords: readonly number[] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 4, 0, 1, 0, 0];

export const payloadBits = 28;
export const payloadMask = 0x0f_ff_ff_ff;

/** A sync record begins at each sequence number that is a multiple of this; pads fill up before it. */
export const syncInterval = 16_384;

/** The thread's ring: a header of 32-bit words, then the words of the records; word `n` lies at `n & (capacity - 1)`. */
export const ring = {
  /** Words; a power of two and a multiple of `syncInterval`. 4 MiB. */
  capacity: 1 << 20,
  headerWords: 16,
  /** Header: words written so far, low 32 bits. */
  head: 0,
  /** Header: 1 when the thread is over and everything is written. */
  closed: 1,
  /** Header: µs that the thread spent in garbage collection so far, low 32 bits; written a turn of its loop later. */
  gc: 2,
  /** Header: coarse clock, in ms since the thread's start, written by the drain worker; the thread reads it. */
  clock: 3,
  /** Header: tasks that found no place in the live table and are not recorded. */
  untracked: 4,
  /** Header: live tasks, high-water mark of used slots. */
  slotsUsed: 5,
  /** Header: current slot (0: none), for the watchdog. */
  current: 6,
  /** Header: the worker sets it to 1 when it is ready, 2 when it has written everything after `closed`. */
  workerState: 7,
  /** Header: incremented by whoever wants the thread to write what it holds back; free for the hook's own use from here on. */
  request: 8,
} as const;

/** The thread's table of live tasks: the truth about what is alive, also when records were lost. */
export const liveTable = {
  /** Slots; slot 0 is never used. 4 MiB. */
  slots: 1 << 17,
  wordsPerSlot: 8,
  /** Word: task id, 0 when the slot is free. Written last when a task begins. */
  id: 0,
  /** Word: function site. */
  site: 1,
  /** Word: parent's task id, 0 for none. */
  parent: 2,
  /** Word: site where it waits, 0 while it runs. */
  waitsAt: 3,
  /** Word: coarse clock in ms since the thread's start, when it began to wait. While it runs: the moment of the snapshot in a `live` frame, nothing in the table itself. */
  since: 4,
  /** Word: the same, when it began. */
  begun: 5,
  /** Word: id of the task it waits for where known, 0 otherwise. Says nothing while it runs. */
  waitsFor: 6,
  /** Word: nothing yet; in slot 0 the hook's own use. */
  free: 7,
} as const;
