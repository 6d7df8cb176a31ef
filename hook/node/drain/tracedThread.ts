import { frameType } from '#protocol/frames.ts';
import type { HookSettings } from '#protocol/hookSettings.ts';
import type { BlockNote, Hello, Note, SwallowedSite } from '#protocol/messages.ts';
import { ring } from '#protocol/records.ts';
import type { SiteTable } from '#protocol/sites.ts';
import type { DrainContext, Heartbeat, TimedCall, Watchdog } from '../contracts.ts';
import type { PackedSites } from '../recorder/packedSites.ts';
import { headerOf, ownHeader, timedLog, wordsOf } from '../recorder/threadMemory.ts';
import type { DiskSpace } from './diskSpace.ts';
import type { FlightMemory } from './flightMemory.ts';
import { jsonFrame } from './jsonFrame.ts';
import type { FrameKind, Listeners } from './listeners.ts';
import { liveFrame } from './liveFrame.ts';
import type { ThreadStart } from './messages.ts';
import { ringReader, type RingReader } from './ringReader.ts';
import { segments, type Segments } from './segments.ts';
import { siteBook, type SiteBook } from './siteBook.ts';
import { threadStats, type ThreadStats } from './threadStats.ts';

/** What all threads of a process share. */
export interface DrainServices {
  readonly settings: HookSettings;
  readonly space: DiskSpace;
  readonly listeners: Listeners;
  /** Only in flight mode. */
  readonly flight: FlightMemory | undefined;
  readonly createWatchdog: (context: DrainContext) => Watchdog | undefined;
  /** Flight mode: something happened that makes the kept records worth writing. */
  readonly trigger: (thread: TracedThread, reason: 'block' | 'rejection' | 'exit') => void;
}

/** One thread of the program in the drain worker: from its memory and messages to frames. */
export class TracedThread {
  readonly thread: number;
  readonly hello: Omit<Hello, 'segment'>;
  readonly header: Int32Array;
  readonly #table: Uint32Array;
  readonly #start: ThreadStart;
  readonly #services: DrainServices;
  readonly #startMs: number;
  readonly #ring: RingReader;
  readonly #segments: Segments;
  readonly #stats: ThreadStats;
  readonly #book: SiteBook = siteBook();
  #watchdog: Watchdog | undefined;
  #statsKey = '';

  constructor(start: ThreadStart, services: DrainServices) {
    this.#start = start;
    this.#services = services;
    this.thread = start.thread;
    this.hello = start.hello;
    this.header = headerOf(start.memory);
    this.#table = new Uint32Array(start.memory.table);
    this.#startMs = performance.now() - Number(process.hrtime.bigint() - start.startNs) / 1e6;
    this.#ring = ringReader(this.header, wordsOf(start.memory));
    this.#segments = segments({
      folder: services.settings.folder,
      hello: start.hello,
      space: services.space,
      siteFrames: this.#book.frames,
      nowUs: () => this.nowUs(),
    });
    this.#stats = threadStats({
      header: this.header,
      table: this.#table,
      written: () => this.#ring.written(),
      placeOf: (note) => this.#placeOf(note),
    });
    this.setClock();
    this.#services.listeners.addThread(this);
    this.#segments.flush();
    if (start.heartbeat !== undefined) this.watchBy(start.heartbeat);
    Atomics.store(this.header, ring.workerState, 1);
    Atomics.notify(this.header, ring.workerState);
  }

  /** From now on blocks of the thread are seen. */
  watchBy(heartbeat: Heartbeat): void {
    this.#watchdog = this.#services.createWatchdog(this.#context(heartbeat));
  }

  nowUs(): number {
    return Math.floor((performance.now() - this.#startMs) * 1000);
  }

  get siteFrames(): readonly Uint8Array[] {
    return this.#book.frames;
  }

  setClock(): void {
    this.header[ring.clock] = performance.now() - this.#startMs;
  }

  /** Asks the thread to wake the worker with its next record. */
  setSlow(isSlow: boolean): void {
    this.header[ownHeader.isSlow] = isSlow ? 1 : 0;
  }

  /** True while the watchdog needs the worker's event loop. */
  watch(): boolean {
    return this.#watchdog?.tick() ?? false;
  }

  waitingWords(): number {
    return this.#ring.waiting();
  }

  /** Copies all words that are there now; with a fast writer no more than twice the ring. */
  drain(): void {
    let left = this.#ring.waiting();
    while (left > 0) {
      const cut = this.#ring.take();
      if (cut === undefined) break;
      if (cut.lost > 0) this.#tellGap(cut.lost);
      this.#keep(cut.frame, cut.words);
      this.#services.listeners.send(this, 'records', cut.frame);
      left -= cut.words;
    }
    this.#segments.flush();
  }

  #keep(frame: Uint8Array, words: number): void {
    const { flight } = this.#services;
    if (flight === undefined) this.#segments.writeRecords(frame, words);
    else flight.keep(frame, words, (kept, count) => this.#segments.writeRecords(kept, count));
  }

  #tellGap(words: number): void {
    this.#stats.addLostWords(words);
    this.note({ kind: 'gap', time: this.nowUs(), words, reason: 'overrun' });
  }

  note(note: Note): void {
    this.#stats.addNote(note);
    this.#write('notes', jsonFrame(frameType.note, note));
    if (note.kind === 'block') this.#services.trigger(this, 'block');
    else if (note.kind === 'rejection' && note.outcome === 'unhandled') this.#services.trigger(this, 'rejection');
  }

  addSites(table: SiteTable | PackedSites): void {
    for (const frame of this.#book.add(table)) this.#write('sites', frame);
  }

  setSwallowed(sites: readonly SwallowedSite[]): void {
    this.#stats.setSwallowed(sites);
  }

  countDroppedFrame(): void {
    this.#stats.addDroppedFrame();
  }

  /** Writes counters when something has changed since the last time. */
  writeStats(): void {
    const blockedMs = this.#watchdog?.standingMs() ?? 0;
    const stats = { ...this.#stats.take(this.nowUs()), ...(blockedMs === 0 ? {} : { blockedMs }) };
    const key = JSON.stringify({ ...stats, time: 0 });
    if (key === this.#statsKey) return;
    this.#statsKey = key;
    this.#write('stats', jsonFrame(frameType.stats, stats));
  }

  liveFrame(): Uint8Array {
    return liveFrame(this.header, this.#table);
  }

  /** The thread is over; `goodbye` only when it said so itself. */
  end(goodbye: { readonly time: number; readonly exitCode: number | undefined } | undefined): void {
    this.drain();
    this.#watchdog?.close();
    this.#watchdog = undefined;
    if (this.#stats.take(0).tasksAlive > 0) this.#services.trigger(this, 'exit');
    this.#write('live', this.liveFrame());
    this.writeStats();
    if (goodbye !== undefined) {
      const { time, exitCode } = goodbye;
      this.#write('notes', jsonFrame(frameType.goodbye, exitCode === undefined ? { time } : { time, exitCode }));
    }
    this.#segments.close();
    this.#services.listeners.removeThread(this);
  }

  /** The thread waits for this worker no longer. */
  release(): void {
    Atomics.store(this.header, ring.workerState, 2);
    Atomics.notify(this.header, ring.workerState);
  }

  #write(kind: FrameKind, frame: Uint8Array | undefined): void {
    if (frame === undefined) return;
    if (kind !== 'sites') this.#segments.write(frame);
    else this.#segments.writeSites(frame);
    this.#services.listeners.send(this, kind, frame);
  }

  #context(heartbeat: Heartbeat): DrainContext {
    return {
      settings: this.#services.settings,
      thread: this.thread,
      header: this.header,
      words: wordsOf(this.#start.memory),
      table: this.#table,
      heartbeat,
      nowUs: () => this.nowUs(),
      timedCalls: (sinceUs) => timedCalls(new Float64Array(this.#start.memory.timed), sinceUs),
      note: (note) => this.note(note),
      siteOf: (id) => this.#book.siteOf(id),
    };
  }

  #placeOf({ frames, culprit, sites }: BlockNote): string {
    const frame = culprit === undefined ? undefined : frames[culprit];
    if (frame !== undefined) return `${frame.file}:${frame.line}`;
    const [costliest] = sites.toSorted((a, b) => b.durationUs - a.durationUs);
    const found = costliest === undefined ? undefined : this.#book.siteOf(costliest.site);
    return found === undefined ? '' : `${found.file}:${found.site.line}`;
  }
}

function timedCalls(log: Float64Array, sinceUs: number): readonly TimedCall[] {
  const count = log[0] ?? 0;
  const calls: TimedCall[] = [];
  for (let each = Math.max(0, count - timedLog.rows); each < count; each += 1) {
    const row = timedLog.firstRow + (each % timedLog.rows) * timedLog.wordsPerRow;
    const [site = 0, start = 0, durationUs = 0] = log.subarray(row, row + timedLog.wordsPerRow);
    if (start + durationUs >= sinceUs) calls.push({ site, start, durationUs });
  }
  return calls;
}
