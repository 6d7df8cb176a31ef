import type { Place, ThreadModel, TraceModel } from '../model.ts';
import { culpritOf } from '../loopBlocks.ts';
import {
  beginOf,
  blockName,
  endOf,
  leftOut,
  placeOf,
  rejectionName,
  sourcesOf,
  stateName,
  tasksWithin,
  threadOffset,
  waitsByTask,
  type ExportContext,
  type Exported,
} from './exporter.ts';
import { Lanes } from './lanes.ts';
import { PacketWriter, type Annotations } from './perfettoPackets.ts';

/** About 400 bytes a task; the viewer takes a few hundred megabytes. */
const maxTasks = 1_000_000;

/**
 * Perfetto's protobuf trace. One group of tracks per async function and thread, with as many lanes as calls ran at once; waits are slices
 * inside their task, and an arrow leads from a task to the wait for it. Blocks and garbage collections lie on the thread's own track,
 * live tasks are a counter. Times are ns since the start of the first thread.
 */
export function exportPerfetto(model: TraceModel, context: ExportContext): Exported {
  const packets = new PacketWriter();
  const ranges = tasksWithin(model, maxTasks);
  const processes = new Map<number, number>();
  model.threads.forEach((thread, index) => {
    const { pid } = thread.hello;
    const process = processes.get(pid) ?? packets.process(pid, context.command);
    processes.set(pid, process);
    const output: ThreadOutput = {
      model,
      thread,
      context,
      packets,
      base: threadOffset(model, thread),
      track: packets.thread(process, thread.hello),
      last: ranges[index]?.last ?? 0,
    };
    writeTasks(output);
    writeLiveTasks(output);
    writeEvents(output);
  });
  return { content: packets.bytes(), notes: leftOut(ranges) };
}

interface ThreadOutput {
  readonly model: TraceModel;
  readonly thread: ThreadModel;
  readonly context: ExportContext;
  readonly packets: PacketWriter;
  /** µs to add to the thread's own times. */
  readonly base: number;
  /** Track of the thread. */
  readonly track: number;
  /** Last row of its tasks that is written. */
  readonly last: number;
}

/** The lanes of one function, one track each. */
interface FunctionTracks {
  readonly group: number;
  readonly lanes: Lanes;
  readonly tracks: number[];
}

function writeTasks(output: ThreadOutput): void {
  const { model, thread, packets, track, last } = output;
  const functions = new Map<number, FunctionTracks>();
  const writer = new TaskWriter(output);
  for (let row = 1; row <= last; row += 1) {
    const { id, place } = placeOf(model, thread, thread.tasks.site[row] ?? 0);
    const own = functions.get(id) ?? { group: packets.track(track, place.label), lanes: new Lanes(), tracks: [] };
    functions.set(id, own);
    const lane = own.lanes.take(beginOf(thread, row), endOf(thread, row));
    const laneTrack = own.tracks[lane] ?? packets.track(own.group, place.label);
    own.tracks[lane] = laneTrack;
    writer.write(row, laneTrack, place);
  }
}

/** Writes a task with its waits onto a track. */
class TaskWriter {
  readonly #output: ThreadOutput;
  readonly #sourceOf: (place: number) => { readonly file: string; readonly line: number };
  readonly #waitsOf: (row: number) => readonly number[];
  /** Flow by the row of the task it starts at; the wait that is its other end. */
  readonly #awaited: Uint8Array;

  constructor(output: ThreadOutput) {
    this.#output = output;
    this.#sourceOf = sourcesOf(output.model, output.context);
    this.#waitsOf = waitsByTask(output.thread, output.last);
    this.#awaited = new Uint8Array(output.last + 1);
    const { waits } = output.thread;
    for (let wait = 1; wait <= waits.count; wait += 1) {
      const child = waits.child[wait] ?? 0;
      if (child <= output.last) this.#awaited[child] = 1;
    }
  }

  write(row: number, track: number, place: Place): void {
    const { thread, packets, base, track: threadTrack } = this.#output;
    const { tasks } = thread;
    const end = endOf(thread, row);
    const annotations: Annotations = {
      task: tasks.id[row] ?? 0,
      parent: tasks.id[tasks.parent[row] ?? 0] ?? 0,
      state: stateName(thread, row),
      busy_us: tasks.busy[row] ?? 0,
    };
    const flow = this.#awaited[row] === 1 ? { starts: flowOf(threadTrack, row) } : {};
    const from = nanos(base + beginOf(thread, row));
    const source = this.#sourceOf(this.#placeId(tasks.site[row] ?? 0));
    packets.begin(track, from, { name: place.label, category: 'task', source, annotations, ...flow });
    for (const wait of this.#waitsOf(row)) this.#writeWait(wait, track, end);
    packets.end(track, nanos(base + end));
  }

  #writeWait(wait: number, track: number, taskEnd: number): void {
    const { model, thread, packets, base, track: threadTrack, last } = this.#output;
    const { waits } = thread;
    const site = waits.site[wait] ?? 0;
    const child = waits.child[wait] ?? 0;
    const begin = waits.begin[wait] ?? 0;
    const end = waits.end[wait] ?? Number.NaN;
    const flow = child > 0 && child <= last ? { ends: flowOf(threadTrack, child) } : {};
    const name = `await ${placeOf(model, thread, site).place.label}`;
    const source = this.#sourceOf(this.#placeId(site));
    packets.begin(track, nanos(base + begin), { name, category: 'await', source, ...flow });
    packets.end(track, nanos(base + Math.max(begin, Number.isNaN(end) ? taskEnd : end)));
  }

  #placeId(site: number): number {
    return placeOf(this.#output.model, this.#output.thread, site).id;
  }
}

/** Unique over threads: tracks and rows both fit into 26 bits. */
function flowOf(threadTrack: number, row: number): number {
  return (threadTrack % 0x4_00_00_00) * 0x4_00_00_00 + row;
}

function nanos(us: number): number {
  return Math.max(0, Math.round(us * 1000));
}

function writeLiveTasks({ thread, packets, base, track, last }: ThreadOutput): void {
  if (last === 0) return;
  const counter = packets.counter(track, 'live tasks');
  const begins = Float64Array.from({ length: last }, (_, at) => beginOf(thread, at + 1)).toSorted();
  const ends = Float64Array.from({ length: last }, (_, at) => endOf(thread, at + 1)).toSorted();
  let ended = 0;
  begins.forEach((begin, started) => {
    while ((ends[ended] ?? Number.POSITIVE_INFINITY) < begin) {
      ended += 1;
      packets.count(counter, nanos(base + (ends[ended - 1] ?? 0)), started - ended);
    }
    packets.count(counter, nanos(base + begin), started + 1 - ended);
  });
  for (; ended < last; ended += 1) packets.count(counter, nanos(base + (ends[ended] ?? 0)), last - ended - 1);
}

function writeEvents({ thread, context, packets, base, track }: ThreadOutput): void {
  for (const block of thread.blocks) {
    const frame = culpritOf(block);
    const source = frame === undefined ? {} : { source: context.resolve(frame.file, frame.line, frame.column) };
    const name = blockName(block);
    const annotations = { task: block.task, gc_us: block.gcUs };
    packets.begin(track, nanos(base + block.start), { name, category: 'block', annotations, ...source });
    packets.end(track, nanos(base + block.start + block.durationUs));
  }
  for (const { start, durationUs, type } of thread.collections) {
    packets.begin(track, nanos(base + start), { name: `garbage collection (${type})`, category: 'gc' });
    packets.end(track, nanos(base + start + durationUs));
  }
  for (const rejection of thread.rejections) {
    const { time, task } = rejection;
    const name = rejectionName(rejection);
    packets.instant(track, nanos(base + time), { name, category: 'rejection', annotations: { task } });
  }
}
