import { frameOf, frameType, magic, type FrameType } from '#protocol/frames.ts';
import type { Goodbye, Hello, Note, Stats } from '#protocol/messages.ts';
import { liveTable, payloadBits, payloadMask, recordKind, syncInterval, type RecordKind } from '#protocol/records.ts';
import type { Site, SiteTable } from '#protocol/sites.ts';

/** A task as the writer knows it, in plain objects: what a reader must find again. */
export interface WrittenTask {
  readonly id: number;
  readonly site: number;
  readonly parent: number;
  readonly begin: number;
  end?: number;
  state: 'running' | 'waiting' | 'done' | 'rejected' | 'lost';
  readonly waits: WrittenWait[];
  busy: number;
  returnTo: number;
  lastChild: number;
  started: number;
}

export interface WrittenWait {
  readonly site: number;
  readonly begin: number;
  end?: number;
  /** Id of the awaited task, 0: not known. */
  readonly child: number;
  readonly started: number;
}

/**
 * Writes the trace of one thread as protocol/records.ts says, slowly and with objects: a second opinion on the rules, and the source of
 * traces for tests. Times are µs.
 */
export class TraceWriter {
  readonly tasks = new Map<number, WrittenTask>();
  readonly hello: Hello;
  /** The root: what happens outside of any task. */
  readonly root: WrittenTask = plainTask({ id: 0, site: 0, parent: 0, begin: 0 });
  now = 0;
  current = 0;
  throwing = 0;
  #words: number[] = [];
  #nextId = 1;
  #wordTime = 0;
  #switchedAt = 0;
  #parts: Uint8Array[] = [];
  #sentWords = 0;
  #sites: Site[] = [];
  #files: SiteTable['files'][number][] = [];

  /** `firstId`: as if so many tasks had been started before the trace. */
  constructor(hello: Partial<Hello> = {}, firstId = 1) {
    this.#nextId = firstId;
    this.hello = {
      version: 1,
      pid: 100,
      parentPid: 1,
      thread: 0,
      mode: 'trace',
      runtime: 'node 24.0.0',
      platform: 'linux',
      startedAt: 1_700_000_000_000,
      segment: 0,
      ...hello,
    };
  }

  file(path: string, sourceMap?: string): number {
    const id = this.#files.length + 1;
    this.#files.push({ id, path, ...(sourceMap === undefined ? {} : { sourceMap }) });
    return id;
  }

  /** A new site; returns its id. */
  site(site: Partial<Site> & Pick<Site, 'kind'>): number {
    const id = this.#sites.length + 1;
    const owner = site.kind === 'function' || site.kind === 'module' ? id : 0;
    this.#sites.push({ file: 1, line: id, column: 1, label: `${site.kind}${id}`, owner, offset: 0, ...site, id });
    return id;
  }

  wait(us: number): this {
    this.now += us;
    return this;
  }

  enter(site: number): number {
    this.#record(recordKind.enter, site);
    const id = this.#nextId++;
    const parent = this.#task(this.current);
    parent.lastChild = id;
    parent.started += 1;
    this.tasks.set(id, { ...plainTask({ id, site, parent: this.current, begin: this.now }), returnTo: this.current });
    this.#switch(id);
    return id;
  }

  suspend(site: number): void {
    this.#record(recordKind.suspend, site);
    this.#stop(site, this.#task(this.current).lastChild);
  }

  yield(site: number): void {
    this.#record(recordKind.yield, site);
    this.#stop(site, 0);
  }

  resume(id: number): void {
    this.#record(recordKind.resume, id & payloadMask);
    if (id === this.current) return;
    const task = this.#task(id);
    const wait = task.waits.at(-1);
    if (task.state === 'waiting' && wait !== undefined) wait.end = this.now;
    task.state = 'running';
    task.returnTo = this.current;
    task.lastChild = 0;
    task.started = 0;
    this.#task(this.current).lastChild = this.current === 0 ? 0 : id;
    this.#switch(id);
  }

  exit(): void {
    this.#record(recordKind.exit, 0);
    const task = this.#task(this.current);
    task.state = this.throwing === task.id ? 'rejected' : 'done';
    task.end = this.now;
    this.throwing = 0;
    this.#switch(task.returnTo);
  }

  throw(): void {
    this.#record(recordKind.throw, 0);
    this.throwing = this.current;
  }

  lost(id: number): void {
    this.#record(recordKind.lost, id & payloadMask);
    const task = this.#task(id);
    task.state = 'lost';
    task.end = this.now;
  }

  caught(site: number): void {
    this.#record(recordKind.caught, site);
  }

  floating(site: number): void {
    this.#record(recordKind.floating, site);
    const starter = this.#task(this.current);
    if (starter.lastChild !== 0) starter.started = Math.max(0, starter.started - 1);
    starter.lastChild = 0;
  }

  timed(site: number, durationUs: number): void {
    this.#record(recordKind.timed, site, [durationUs]);
  }

  /** Words as a hostile or newer writer might put them; no time before them. */
  raw(...words: readonly number[]): void {
    this.#words.push(...words);
  }

  note(note: Note): void {
    this.json(frameType.note, note);
  }

  stats(stats: Partial<Stats>): void {
    this.json(frameType.stats, { time: this.now, ...stats });
  }

  goodbye(goodbye: Partial<Goodbye> = {}): void {
    this.json(frameType.goodbye, { time: this.now, ...goodbye });
  }

  json(type: FrameType, body: unknown): void {
    this.flush();
    this.#parts.push(frameOf(type, new TextEncoder().encode(JSON.stringify(body))));
  }

  /** The live table as it stands now, or of these tasks. */
  live(alive: Iterable<WrittenTask> = this.alive(), waitsFor: ReadonlyMap<number, number> = new Map()): void {
    this.flush();
    const words = [Math.floor(this.now / 1000)];
    for (const task of alive) {
      const wait = task.state === 'waiting' ? task.waits.at(-1) : undefined;
      const row = Array.from({ length: liveTable.wordsPerSlot }, () => 0);
      row[liveTable.id] = task.id;
      row[liveTable.site] = task.site;
      row[liveTable.parent] = task.parent;
      row[liveTable.waitsAt] = wait?.site ?? 0;
      row[liveTable.since] = Math.floor((wait?.begin ?? task.begin) / 1000);
      row[liveTable.begun] = Math.floor(task.begin / 1000);
      row[liveTable.waitsFor] = waitsFor.get(task.id) ?? wait?.child ?? 0;
      words.push(...row);
    }
    this.#parts.push(frameOf(frameType.live, bytesOf(words)));
  }

  *alive(): Iterable<WrittenTask> {
    for (const task of this.tasks.values()) if (task.state === 'running' || task.state === 'waiting') yield task;
  }

  /** Ends a records frame here. */
  flush(): void {
    const fresh = this.#words.slice(this.#sentWords);
    for (let at = 0; at < fresh.length; at += 1 << 16) {
      const sequence = this.#sentWords + at;
      this.#parts.push(frameOf(frameType.records, bytesOf([sequence, 0, ...fresh.slice(at, at + (1 << 16))])));
    }
    this.#sentWords = this.#words.length;
  }

  /** Records from here on are lost until `found`. */
  lose(): () => void {
    this.flush();
    return () => void (this.#sentWords = this.#words.length);
  }

  /** Each frame apart: hello and sites first. */
  frames(): readonly Uint8Array[] {
    this.flush();
    const encode = (type: FrameType, body: unknown) => frameOf(type, new TextEncoder().encode(JSON.stringify(body)));
    const sites = {
      files: this.#files.length === 0 ? [{ id: 1, path: '/app/main.ts' }] : this.#files,
      sites: this.#sites,
    };
    return [encode(frameType.hello, this.hello), encode(frameType.sites, sites), ...this.#parts];
  }

  bytes(): Uint8Array {
    return Buffer.concat([magic, ...this.frames()]);
  }

  /** Words written so far, with their sync points. */
  get wordCount(): number {
    return this.#words.length;
  }

  #stop(site: number, child: number): void {
    const task = this.#task(this.current);
    task.waits.push({ site, begin: this.now, child, started: task.started });
    task.state = 'waiting';
    this.#switch(task.returnTo);
  }

  #switch(id: number): void {
    this.#task(this.current).busy += this.now - this.#switchedAt;
    this.#switchedAt = this.now;
    this.current = id;
  }

  #task(id: number): WrittenTask {
    return this.tasks.get(id) ?? this.root;
  }

  #record(kind: RecordKind, payload: number, more: readonly number[] = []): void {
    while (this.#wordTime < this.now) {
      const step = Math.min(this.now - this.#wordTime, payloadMask);
      this.#put([word(recordKind.time, step)], this.#wordTime);
      this.#wordTime += step;
    }
    this.#put([word(kind, payload), ...more], this.now);
  }

  #put(words: readonly number[], time: number): void {
    const left = syncInterval - (this.#words.length % syncInterval);
    if (left < words.length) for (let pad = 0; pad < left; pad += 1) this.#words.push(word(recordKind.pad, 0));
    if (this.#words.length % syncInterval === 0) {
      this.#words.push(
        word(recordKind.sync, 0),
        this.#nextId,
        this.current,
        time % 2 ** 32,
        Math.floor(time / 2 ** 32),
      );
    }
    this.#words.push(...words);
  }
}

/** `kind`: a `RecordKind`, or one to come. */
export function word(kind: number, payload: number): number {
  return ((kind << payloadBits) | payload) >>> 0;
}

function plainTask(task: Pick<WrittenTask, 'id' | 'site' | 'parent' | 'begin'>): WrittenTask {
  return { ...task, state: 'running', waits: [], busy: 0, returnTo: 0, lastChild: 0, started: 0 };
}

function bytesOf(words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(words.length * 4);
  const view = new DataView(bytes.buffer);
  for (const [index, each] of words.entries()) view.setUint32(index * 4, each, true);
  return bytes;
}
