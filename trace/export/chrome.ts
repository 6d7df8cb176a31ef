import type { ThreadModel, TraceModel } from '../model.ts';
import { culpritOf } from '../loopBlocks.ts';
import { ByteWriter } from './byteWriter.ts';
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
  threadName,
  threadOffset,
  waitsByTask,
  type ExportContext,
  type Exported,
} from './exporter.ts';

/** More tasks would make a file that no viewer of this format opens. */
const maxTasks = 300_000;

/**
 * Chrome's Trace Event Format, JSON object form: opens in Perfetto, chrome://tracing and speedscope.
 * A task is a nestable async event (`b`, `e`) with its waits inside; blocks and garbage collections are slices of their thread;
 * rejections are instants. Times are µs since the start of the first thread.
 * Source: "Trace Event Format", the Chromium project.
 */
export function exportChrome(model: TraceModel, context: ExportContext): Exported {
  const writer = new ByteWriter();
  const ranges = tasksWithin(model, maxTasks);
  const { command, version } = context;
  writer.text(`{"displayTimeUnit":"ms","otherData":${JSON.stringify({ command, rubato: version })},"traceEvents":[`);
  const events = new EventList(writer);
  model.threads.forEach((thread, index) => {
    const output: ThreadOutput = { model, thread, context, events, base: threadOffset(model, thread) };
    writeNames(output);
    writeTasks(output, ranges[index]?.last ?? 0);
    writeBlocks(output);
    writeRejections(output);
  });
  writer.text('\n]}\n');
  return { content: writer.bytes(), notes: leftOut(ranges) };
}

interface ThreadOutput {
  readonly model: TraceModel;
  readonly thread: ThreadModel;
  readonly context: ExportContext;
  readonly events: EventList;
  /** µs to add to the thread's own times. */
  readonly base: number;
}

/** Events separated by commas, one per line. */
class EventList {
  readonly #writer: ByteWriter;
  #isFirst = true;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  add(event: Readonly<Record<string, unknown>>): void {
    this.#writer.text(`${this.#isFirst ? '' : ','}\n${JSON.stringify(event)}`);
    this.#isFirst = false;
  }
}

function writeNames({ thread, context, events }: ThreadOutput): void {
  const { pid, thread: tid } = thread.hello;
  events.add({ ph: 'M', name: 'process_name', pid, tid, args: { name: context.command } });
  events.add({ ph: 'M', name: 'thread_name', pid, tid, args: { name: threadName(thread.hello) } });
}

function writeTasks(output: ThreadOutput, last: number): void {
  const { model, thread, context, events, base } = output;
  const { tasks, waits } = thread;
  const { pid, thread: tid } = thread.hello;
  const waitsOf = waitsByTask(thread, last);
  const sourceOf = sourcesOf(model, context);
  for (let row = 1; row <= last; row += 1) {
    const { id, place } = placeOf(model, thread, tasks.site[row] ?? 0);
    const { file, line, column } = sourceOf(id);
    const common = { cat: 'task', id: `${pid}.${tid}.${tasks.id[row]}`, pid, tid };
    const parent = tasks.id[tasks.parent[row] ?? 0] ?? 0;
    const end = endOf(thread, row);
    const args = { place: `${file}:${line}:${column}`, parent, state: stateName(thread, row), busyUs: tasks.busy[row] };
    events.add({ ...common, ph: 'b', name: place.label, ts: base + beginOf(thread, row), args });
    for (const wait of waitsOf(row)) {
      const awaited = placeOf(model, thread, waits.site[wait] ?? 0);
      const at = sourceOf(awaited.id);
      const name = `await ${awaited.place.label}`;
      const from = waits.begin[wait] ?? 0;
      const to = waits.end[wait] ?? Number.NaN;
      const waitsFor = tasks.id[waits.child[wait] ?? 0] ?? 0;
      const waitArgs = { place: `${at.file}:${at.line}:${at.column}`, ...(waitsFor === 0 ? {} : { task: waitsFor }) };
      events.add({ ...common, ph: 'b', name, ts: base + from, args: waitArgs });
      events.add({ ...common, ph: 'e', name, ts: base + Math.max(from, Number.isNaN(to) ? end : to) });
    }
    events.add({ ...common, ph: 'e', name: place.label, ts: base + end });
  }
}

function writeBlocks({ thread, context, events, base }: ThreadOutput): void {
  const { pid, thread: tid } = thread.hello;
  for (const block of thread.blocks) {
    const frame = culpritOf(block);
    const at = frame === undefined ? undefined : context.resolve(frame.file, frame.line, frame.column);
    const name = blockName(block);
    const args = {
      task: block.task,
      gcUs: block.gcUs,
      ...(at === undefined ? {} : { place: `${at.file}:${at.line}:${at.column}` }),
    };
    events.add({ ph: 'X', cat: 'block', name, pid, tid, ts: base + block.start, dur: block.durationUs, args });
  }
  for (const { start, durationUs, type } of thread.collections) {
    events.add({
      ph: 'X',
      cat: 'gc',
      name: `garbage collection (${type})`,
      pid,
      tid,
      ts: base + start,
      dur: durationUs,
    });
  }
}

function writeRejections({ thread, events, base }: ThreadOutput): void {
  const { pid, thread: tid } = thread.hello;
  for (const rejection of thread.rejections) {
    const { time, task } = rejection;
    const name = rejectionName(rejection);
    events.add({ ph: 'i', s: 't', cat: 'rejection', name, pid, tid, ts: base + time, args: { task } });
  }
}
