import type { BlockNote } from '#protocol/messages.ts';
import { ring } from '#protocol/records.ts';
import type { DrainContext, Watchdog } from '../contracts.ts';
import { heartbeatMs } from '../detect/heartbeat.ts';
import { blockNote, isOfHook, type BlockFacts } from './blockNote.ts';
import { durationOf } from './blockDuration.ts';
import { currentTask } from './currentTask.ts';
import { isHookCode, isOwnCode } from './ownCode.ts';
import { recordWindow } from './recordWindow.ts';
import { processorUs, stallClock, type StallClock } from './stallClock.ts';
import { stackSampler, type StackSampler } from './stackSampler.ts';

/** A look at the thread's marks while it does not move. */
interface Marks {
  readonly at: number;
  readonly head: number;
  readonly gcUs: number;
  /** Processor time of the process. */
  readonly cpuUs: number;
}

/** A block that goes on. */
interface OpenBlock {
  /** Id of the task that ran when it was noticed. */
  readonly task: number;
  readonly sampler: StackSampler;
}

/** A block that is over and waits for what the collector reports late. */
interface EndedBlock {
  readonly facts: Omit<BlockFacts, 'gcUs'>;
  readonly gcUs: number;
  /** Processor time that the process used in it. */
  readonly cpuUs: number;
  readonly due: number;
}

const periodUs = heartbeatMs * 1000;
/** A beat seen that much after its time is still on time. */
const slackUs = 30_000;
/** From this standing on every turn counts, to look at the thread at the threshold and not long after. */
const standingUs = 3 * periodUs;
/** Beats on time that end the start-up of a program. */
const startBeats = 3;
/** A loop that was late so often is no longer starting: it has work, and more than it can do. */
const busyBeats = 5;
/** The collector's figures come a turn of the loop after the block. */
const collectorUs = 60_000;
const leastBlockMs = 20;

/**
 * Watches one thread from the drain worker, see `Watchdog`.
 *
 * Loading modules at the start is no block: watching begins when the heart has beaten on time three times, or has been late for long. (Known blocking calls are recorded at all times.)
 * Nor is the time in which the whole process stood still, or a debugger held the thread.
 */
export function createWatchdog(context: DrainContext): Watchdog {
  const watch = new ThreadWatch(context);
  return { tick: () => watch.tick(), standingMs: () => watch.standingMs(), close: () => watch.close() };
}

/** State of `createWatchdog`. */
class ThreadWatch {
  readonly #context: DrainContext;
  readonly #thresholdUs: number;
  readonly #isOwn: (file: string) => boolean;
  readonly #isHook = isHookCode(__dirname);
  readonly #stalls: StallClock;
  readonly #newSampler: (task: number) => StackSampler;
  #count: number;
  /** When the last beat was seen. */
  #beat: Marks;
  #beatsOnTime = 0;
  #beatsLate = 0;
  /** µs since the last beat in which the whole process stood still. */
  #stalledUs = 0;
  #open: OpenBlock | undefined;
  #ended: EndedBlock[] = [];

  constructor(context: DrainContext) {
    this.#context = context;
    this.#thresholdUs = Math.max(leastBlockMs, context.settings.blockMs) * 1000;
    this.#isOwn = isOwnCode(context.settings.root, __dirname);
    this.#newSampler = stackSampler(context, { isOwn: this.#isOwn, thresholdUs: this.#thresholdUs });
    const now = context.nowUs();
    this.#stalls = stallClock(now, processorUs);
    this.#count = context.heartbeat.count;
    this.#beat = this.#marks(now);
    // The worker of a busy machine may come up when the loop has long been turning.
    this.#addBeats(this.#count);
  }

  tick(): boolean {
    const now = this.#context.nowUs();
    this.#stalledUs += this.#stalls.turn(now);
    const isStill = this.#context.heartbeat.count === this.#count;
    if (!isStill) this.#onBeat(now);
    const needsLook = isStill && this.#stand(now);
    if (this.#ended.length > 0) this.#report((block) => block.due <= now);
    return needsLook;
  }

  standingMs(): number {
    if (this.#open === undefined) return 0;
    return Math.max(1, Math.round((this.#context.nowUs() - this.#beat.at - this.#stalledUs) / 1000));
  }

  close(): void {
    const now = this.#context.nowUs();
    this.#endBlock(now, now - this.#beat.at);
    this.#report(() => true);
  }

  /** No beat since the last turn. True when the thread needs to be looked at closely. */
  #stand(now: number): boolean {
    const standing = now - this.#beat.at - this.#stalledUs;
    if (standing < standingUs || !this.#hasStarted()) return false;
    if (standing < this.#thresholdUs) return true;
    const task = currentTask(this.#context);
    this.#open ??= { task, sampler: this.#newSampler(task) };
    this.#open.sampler.follow(now, standing);
    return standing < 2 * this.#thresholdUs || this.#open.sampler.isWaiting();
  }

  #onBeat(now: number): void {
    const { heartbeat } = this.#context;
    const seenUs = now - this.#beat.at;
    if (this.#hasStarted()) this.#endBlock(now, this.#gapBefore(seenUs));
    else this.#followStart(seenUs);
    this.#count = heartbeat.count;
    this.#beat = this.#marks(now);
    this.#stalledUs = 0;
  }

  /** Longest time between two beats since the last turn, in µs. */
  #gapBefore(seenUs: number): number {
    const { heartbeat } = this.#context;
    const longestUs = heartbeat.max / 1000;
    // The thread's own timer is exact, and a busy worker learns of a block by it; but the first beat after a reset is not in it.
    if (longestUs >= this.#thresholdUs) return longestUs;
    return this.#open !== undefined || heartbeat.count - this.#count === 1 ? seenUs : 0;
  }

  #hasStarted(): boolean {
    return this.#beatsOnTime >= startBeats;
  }

  #followStart(seenUs: number): void {
    const beats = this.#context.heartbeat.count - this.#count;
    if (seenUs < beats * periodUs + slackUs) return this.#addBeats(beats);
    this.#beatsLate += 1;
    // As if it had been on time: from here on it is watched.
    if (this.#beatsLate >= busyBeats) this.#addBeats(startBeats);
    else this.#beatsOnTime = 0;
  }

  #addBeats(beats: number): void {
    this.#beatsOnTime += beats;
    if (!this.#hasStarted()) return;
    // What came before is not looked at.
    this.#context.heartbeat.reset();
    this.#count = this.#context.heartbeat.count;
  }

  #endBlock(now: number, gapUs: number): void {
    const { header, words, heartbeat } = this.#context;
    const open = this.#open;
    this.#open = undefined;
    const sampled = open?.sampler.end(now, gapUs) ?? { stacks: [], heldUs: 0 };
    if (!this.#hasStarted() || gapUs < this.#thresholdUs) return;
    heartbeat.reset();
    const records = recordWindow(words, this.#beat.head, header[ring.head] ?? 0);
    if (sampled === 'debugger') return;
    const { stacks, heldUs } = sampled;
    const stalledUs = this.#stalledUs + heldUs;
    const { start, durationUs } = durationOf({ gapUs, end: now, stalledUs, gap: records.longestGap });
    if (durationUs < this.#thresholdUs) return;
    const timedCalls = this.#context.timedCalls(start - periodUs);
    const facts = { start, durationUs, task: open?.task ?? 0, stacks, timedCalls, records };
    const cpuUs = processorUs() - this.#beat.cpuUs;
    this.#ended.push({ facts, gcUs: this.#beat.gcUs, cpuUs, due: now + collectorUs });
  }

  #report(isDue: (block: EndedBlock) => boolean): void {
    const context = this.#context;
    const due = this.#ended.filter(isDue);
    this.#ended = this.#ended.filter((block) => !due.includes(block));
    for (const { facts, gcUs, cpuUs } of due) {
      if (isOfHook(facts.stacks, { isOwn: this.#isOwn, isHook: this.#isHook })) continue;
      const collected = ((context.header[ring.gc] ?? 0) - gcUs) >>> 0;
      const blame = { isOwn: this.#isOwn, siteOf: (id: number) => context.siteOf(id) };
      const note = blockNote({ ...facts, gcUs: collected }, blame);
      if (!isStarved(note, cpuUs)) context.note(note);
    }
  }

  #marks(at: number): Marks {
    const { header } = this.#context;
    return { at, head: header[ring.head] ?? 0, gcUs: header[ring.gc] ?? 0, cpuUs: processorUs() };
  }
}

/** Nothing is known of the block, and little was computed: the thread got no processor. */
function isStarved({ source, task, gcUs, durationUs }: BlockNote, cpuUs: number): boolean {
  return source === 'none' && task === 0 && gcUs < durationUs / 2 && cpuUs < durationUs / 2;
}
