import { access } from 'node:fs/promises';
import path from 'node:path';
import type { TraceMode } from '#protocol/messages.ts';
import { runFolder } from '#protocol/runFolder.ts';
import { readAll } from '#runs/openTrace.ts';
import { runState } from '#runs/runState.ts';
import type { TraceModel } from '#trace/model.ts';
import { traceReader, type TraceReader } from '#trace/traceReader.ts';
import { frameRelay } from './frameRelay.ts';
import { LiveTables } from './liveTables.ts';
import { SegmentTail } from './segmentTail.ts';

/** A look at the folder of a run for its processes costs a few reads. ms */
const lookMs = 250;
/** Where records say it better, a live table waits until they have been read: the hook writes them ten times a second, and we read four times. ms */
const tableDelayMs = 700;

/** When the last process has ended, somebody joins the segments and writes the end; or nobody does. ms */
const endingMs = 3000;
/** The hook tells once a second how long a loop stands still; who says nothing for so long says nothing any more. ms */
const silentMs = 3000;

/** What a thread said last of its loop. */
interface Standing {
  readonly pid: number;
  /** When it was said: µs on its own clock, and ms on ours. */
  readonly time: number;
  readonly at: number;
  readonly ms: number;
}

/** A run that goes on: its segments as they grow, and its live tables where they say more. */
export class LiveRun {
  readonly #folder: string;
  readonly #reader: TraceReader = traceReader();
  readonly #tail: SegmentTail;
  readonly #tables: LiveTables;
  #isFirst = true;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #isOver = false;
  #overSince = Number.POSITIVE_INFINITY;
  #living: readonly number[] = [];
  readonly #standing = new Map<string, Standing>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#tail = new SegmentTail(folder, (bytes) => this.#reader.feed(bytes));
    this.#tables = new LiveTables(folder);
  }

  /** All its processes have ended, and nobody is at its end any more; or its folder is gone. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Reads what is new. True: there is more at once. Throws nothing. */
  async read(): Promise<boolean> {
    if (this.#isFirst) await this.#readJoined();
    const got = await this.#tail.read();
    const model = this.#reader.model();
    await this.#readTables(model);
    this.#followBlocks(model);
    if (got !== 'more') await this.#look();
    return got === 'more';
  }

  model(): TraceModel {
    return this.#reader.model();
  }

  /** The loop of some thread stands still since so many ms; 0: all turn. */
  blockedMs(): number {
    const now = performance.now();
    const all = [...this.#standing.values()].filter(({ ms, pid }) => ms > 0 && this.#living.includes(pid));
    const known = all.filter(({ at }) => now - at < silentMs);
    return Math.max(0, ...known.map(({ ms, at }) => Math.round(ms + now - at)));
  }

  dispose(): void {
    this.#tables.close();
  }

  /** What ran with the same folder before. */
  async #readJoined(): Promise<void> {
    this.#isFirst = false;
    const file = path.join(this.#folder, runFolder.trace);
    try {
      await access(file);
      const { bytes } = await readAll([file]);
      frameRelay((whole) => this.#reader.feed(whole)).push(bytes);
    } catch {
      // There is none, or it cannot be read; what comes can.
    }
  }

  async #readTables(model: TraceModel): Promise<void> {
    const needs = model.threads.filter(({ hello, lostWords }) => !isRecorded(hello.mode) || lostWords > 0);
    if (needs.length === 0) return;
    await this.#tables.connect(this.#living);
    const isLossy = needs.some(({ hello }) => isRecorded(hello.mode));
    const tables = this.#tables.take(performance.now() - (isLossy ? tableDelayMs : 0));
    for (const bytes of tables) this.#reader.feed(bytes);
  }

  #followBlocks({ threads }: TraceModel): void {
    for (const { hello, stats, isOver, blocks } of threads) {
      const key = `${hello.pid}/${hello.thread}/${hello.startedAt}`;
      const { time = -1, blockedMs = 0 } = stats ?? {};
      const known = this.#standing.get(key);
      // The note comes when it is over, before the next counters; what is recorded meanwhile may come from within the block.
      const isBack = blocks.some(({ start, durationUs }) => start + durationUs > time);
      const ms = isOver || isBack ? 0 : blockedMs;
      const at = known?.time === time ? known.at : performance.now();
      this.#standing.set(key, { pid: hello.pid, time, at, ms });
    }
  }

  async #look(): Promise<void> {
    const now = performance.now();
    if (now - this.#lookedAt < lookMs) return;
    this.#lookedAt = now;
    const { kind, living, manifest } = await runState(this.#folder, Date.now());
    this.#living = living;
    if (kind !== 'over') this.#overSince = Number.POSITIVE_INFINITY;
    else this.#overSince = Math.min(this.#overSince, now);
    const isEnded = kind === 'over' && (manifest === undefined || manifest.endedAt !== undefined);
    this.#isOver = isEnded || now - this.#overSince > endingMs;
  }
}

/** Records are written as they come, so they know better than a table that is made once a second. */
function isRecorded(mode: TraceMode): boolean {
  return mode === 'trace' || mode === 'deep';
}
