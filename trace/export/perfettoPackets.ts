import type { Hello } from '#protocol/messages.ts';
import { ByteWriter } from './byteWriter.ts';
import { threadName } from './exporter.ts';

/** Field numbers of Perfetto's messages, as in its `.proto` files (trace_packet, track_event, track_descriptor, interned_data and what they hold). */
const packetField = {
  timestamp: 8,
  sequence: 10,
  trackEvent: 11,
  interned: 12,
  sequenceFlags: 13,
  trackDescriptor: 60,
};
const descriptorField = { uuid: 1, name: 2, process: 3, thread: 4, parent: 5, counter: 8 };
const eventField = {
  categoryIid: 3,
  annotation: 4,
  type: 9,
  nameIid: 10,
  track: 11,
  counterValue: 30,
  sourceIid: 34,
  flow: 47,
  flowEnd: 48,
};
const internedField = { category: 1, eventName: 2, annotationName: 3, source: 4 };
const annotationField = { nameIid: 1, uint: 3, string: 6 };
const eventType = { begin: 1, end: 2, instant: 3, counter: 4 };
const sequenceFlags = { cleared: 1, needsState: 2 };

/** Extra values of a slice; whole numbers from 0 or text. */
export type Annotations = Readonly<Record<string, number | string>>;

export interface SliceOptions {
  readonly name: string;
  readonly category: string;
  readonly source?: { readonly file: string; readonly line: number };
  readonly annotations?: Annotations;
  /** Flow that starts at this slice. */
  readonly starts?: number;
  /** Flow that ends at this slice. */
  readonly ends?: number;
}

/** Writes the packets of one sequence; names, categories and places are written once and then named by number. */
export class PacketWriter {
  readonly #out = new ByteWriter();
  readonly #packet = new ByteWriter();
  readonly #event = new ByteWriter();
  readonly #interned = new ByteWriter();
  readonly #known = new Map<string, number>();
  #tracks = 0;
  #isFirst = true;

  bytes(): Uint8Array {
    return this.#out.bytes();
  }

  /** Track of a process; returns its id, as the others do. */
  process(pid: number, name: string): number {
    const process = new ByteWriter();
    process.uint(1, pid);
    process.string(6, name);
    return this.#describe((descriptor) => descriptor.message(descriptorField.process, process));
  }

  thread(parent: number, hello: Hello): number {
    const { pid, thread } = hello;
    const inner = new ByteWriter();
    inner.uint(1, pid);
    // The main thread of a process has the process's id.
    inner.uint(2, pid + thread);
    inner.string(5, threadName(hello));
    return this.#describe((descriptor) => {
      descriptor.uint(descriptorField.parent, parent);
      descriptor.message(descriptorField.thread, inner);
    });
  }

  track(parent: number, name: string): number {
    return this.#describe((descriptor) => {
      descriptor.uint(descriptorField.parent, parent);
      descriptor.string(descriptorField.name, name);
    });
  }

  counter(parent: number, name: string): number {
    return this.#describe((descriptor) => {
      descriptor.uint(descriptorField.parent, parent);
      descriptor.string(descriptorField.name, name);
      descriptor.message(descriptorField.counter, new ByteWriter());
    });
  }

  begin(track: number, nanos: number, options: SliceOptions): void {
    this.#slice(eventType.begin, options);
    this.#finish(track, nanos);
  }

  end(track: number, nanos: number): void {
    this.#event.clear();
    this.#event.uint(eventField.type, eventType.end);
    this.#finish(track, nanos);
  }

  instant(track: number, nanos: number, options: SliceOptions): void {
    this.#slice(eventType.instant, options);
    this.#finish(track, nanos);
  }

  count(track: number, nanos: number, value: number): void {
    this.#event.clear();
    this.#event.uint(eventField.type, eventType.counter);
    this.#event.uint(eventField.counterValue, value);
    this.#finish(track, nanos);
  }

  #slice(type: number, { name, category, source, annotations, starts, ends }: SliceOptions): void {
    const event = this.#event;
    event.clear();
    event.uint(eventField.type, type);
    event.uint(eventField.categoryIid, this.#intern(internedField.category, category));
    event.uint(eventField.nameIid, this.#intern(internedField.eventName, name));
    if (source !== undefined && source.file !== '') event.uint(eventField.sourceIid, this.#internSource(source));
    for (const [key, value] of Object.entries(annotations ?? {})) {
      const annotation = new ByteWriter();
      annotation.uint(annotationField.nameIid, this.#intern(internedField.annotationName, key));
      if (typeof value === 'number') annotation.uint(annotationField.uint, Math.max(0, Math.round(value)));
      else annotation.string(annotationField.string, value);
      event.message(eventField.annotation, annotation);
    }
    if (starts !== undefined) event.fixed64(eventField.flow, starts);
    if (ends !== undefined) event.fixed64(eventField.flowEnd, ends);
  }

  #intern(field: number, name: string): number {
    return this.#internEntry(`${field} ${name}`, field, (entry) => entry.string(2, name));
  }

  #internSource({ file, line }: { readonly file: string; readonly line: number }): number {
    return this.#internEntry(`source ${line} ${file}`, internedField.source, (entry) => {
      entry.string(2, file);
      entry.uint(4, line);
    });
  }

  #internEntry(key: string, field: number, fill: (entry: ByteWriter) => void): number {
    const found = this.#known.get(key);
    if (found !== undefined) return found;
    const id = this.#known.size + 1;
    this.#known.set(key, id);
    const entry = new ByteWriter();
    entry.uint(1, id);
    fill(entry);
    this.#interned.message(field, entry);
    return id;
  }

  #describe(fill: (descriptor: ByteWriter) => void): number {
    this.#tracks += 1;
    const descriptor = new ByteWriter();
    descriptor.uint(descriptorField.uuid, this.#tracks);
    fill(descriptor);
    this.#packet.clear();
    this.#packet.message(packetField.trackDescriptor, descriptor);
    this.#emit();
    return this.#tracks;
  }

  #finish(track: number, nanos: number): void {
    this.#event.uint(eventField.track, track);
    this.#packet.clear();
    this.#packet.uint(packetField.timestamp, nanos);
    this.#packet.message(packetField.trackEvent, this.#event);
    if (this.#interned.length > 0) this.#packet.message(packetField.interned, this.#interned);
    this.#interned.clear();
    this.#emit();
  }

  #emit(): void {
    this.#packet.uint(packetField.sequence, 1);
    const cleared = this.#isFirst ? sequenceFlags.cleared : 0;
    this.#packet.uint(packetField.sequenceFlags, sequenceFlags.needsState + cleared);
    this.#isFirst = false;
    // `Trace.packet`.
    this.#out.message(1, this.#packet);
  }
}
