import type { BlockNote } from '#protocol/messages.ts';
import { taskState, type ThreadModel, type TraceModel } from '../model.ts';
import { culpritOf } from '../loopBlocks.ts';
import { ByteWriter } from './byteWriter.ts';
import {
  beginOf,
  endOf,
  leftOut,
  placeOf,
  sourcesOf,
  stateName,
  tasksWithin,
  waitsByTask,
  type ExportContext,
  type Exported,
} from './exporter.ts';

/** A collector takes a few megabytes at once; more are for files only. */
const maxTasks = 200_000;

/**
 * OTLP/JSON, an `ExportTraceServiceRequest`: a span per task (its trace is its root task), a link per wait for a known task, an event per
 * block of the loop while it ran. Ids are made of process, start, thread and task, so the same trace gives the same text.
 * Source: OpenTelemetry protocol 1.x, its JSON mapping, and the semantic conventions for code, process and exceptions.
 */
export function exportOtlp(model: TraceModel, context: ExportContext): Exported {
  const writer = new ByteWriter();
  const ranges = tasksWithin(model, maxTasks);
  writer.text('{"resourceSpans":[');
  model.threads.forEach((thread, index) => {
    if (index > 0) writer.text(',');
    writeThread(writer, { model, thread, context, index, last: ranges[index]?.last ?? 0 });
  });
  writer.text('\n]}\n');
  return { content: writer.bytes(), notes: leftOut(ranges) };
}

interface ThreadOutput {
  readonly model: TraceModel;
  readonly thread: ThreadModel;
  readonly context: ExportContext;
  /** Position of the thread in the model. */
  readonly index: number;
  /** Last row of its tasks that is written. */
  readonly last: number;
}

type Attribute = { readonly key: string; readonly value: Readonly<Record<string, unknown>> };

function writeThread(writer: ByteWriter, output: ThreadOutput): void {
  const { thread, context, last } = output;
  const { pid, runtime, thread: id } = thread.hello;
  const [runtimeName = '', runtimeVersion = ''] = runtime.split(' ');
  const attributes = [
    text('service.name', context.command),
    number('process.pid', pid),
    text('process.runtime.name', runtimeName),
    text('process.runtime.version', runtimeVersion),
    number('thread.id', id),
  ];
  const scope = { name: 'rubato', version: context.version };
  writer.text(
    `\n{"resource":${JSON.stringify({ attributes })},"scopeSpans":[{"scope":${JSON.stringify(scope)},"spans":[`,
  );
  const spans = new SpanMaker(output);
  for (let row = 1; row <= last; row += 1) writer.text(`${row > 1 ? ',' : ''}\n${JSON.stringify(spans.span(row))}`);
  writer.text(']}]}');
}

class SpanMaker {
  readonly #output: ThreadOutput;
  readonly #sourceOf: ReturnType<typeof sourcesOf>;
  readonly #waitsOf: (row: number) => readonly number[];
  readonly #blocks = new Map<number, BlockNote[]>();
  /** Root of each task by its row; parents have lower rows or none. */
  readonly #roots: Uint32Array;

  constructor(output: ThreadOutput) {
    this.#output = output;
    this.#sourceOf = sourcesOf(output.model, output.context);
    this.#waitsOf = waitsByTask(output.thread, output.last);
    for (const block of output.thread.blocks) {
      const own = this.#blocks.get(block.task) ?? [];
      own.push(block);
      this.#blocks.set(block.task, own);
    }
    this.#roots = new Uint32Array(output.last + 1);
    for (let row = 1; row <= output.last; row += 1) {
      const parent = output.thread.tasks.parent[row] ?? 0;
      this.#roots[row] = parent > 0 && parent < row ? (this.#roots[parent] ?? row) : row;
    }
  }

  span(row: number): Readonly<Record<string, unknown>> {
    const { model, thread, last } = this.#output;
    const { tasks } = thread;
    const { id, place } = placeOf(model, thread, tasks.site[row] ?? 0);
    const parent = tasks.parent[row] ?? 0;
    const isRejected = tasks.state[row] === taskState.rejected;
    return {
      traceId: this.#traceId(row),
      spanId: this.#spanId(row),
      ...(parent > 0 && parent <= last ? { parentSpanId: this.#spanId(parent) } : {}),
      name: place.label,
      kind: 1,
      startTimeUnixNano: this.#unixNano(beginOf(thread, row)),
      endTimeUnixNano: this.#unixNano(endOf(thread, row)),
      attributes: [
        ...this.#codeAttributes(id, place.label),
        text('rubato.task.state', stateName(thread, row)),
        number('rubato.task.busy_us', tasks.busy[row] ?? 0),
      ],
      events: (this.#blocks.get(tasks.id[row] ?? 0) ?? []).map((block) => this.#blockEvent(block)),
      links: this.#links(row),
      status: isRejected ? { code: 2 } : {},
    };
  }

  #codeAttributes(place: number, name: string): readonly Attribute[] {
    const { file, line, column } = this.#sourceOf(place);
    const known = [text('code.function.name', name)];
    return file === ''
      ? known
      : [
          ...known,
          text('code.file.path', file),
          number('code.line.number', line),
          number('code.column.number', column),
        ];
  }

  #links(row: number): readonly unknown[] {
    const { model, thread, last } = this.#output;
    const { waits } = thread;
    return this.#waitsOf(row).flatMap((wait) => {
      const child = waits.child[wait] ?? 0;
      if (child === 0 || child > last) return [];
      const { place } = placeOf(model, thread, waits.site[wait] ?? 0);
      const attributes = [text('rubato.await', place.label)];
      return [{ traceId: this.#traceId(child), spanId: this.#spanId(child), attributes }];
    });
  }

  #blockEvent(block: BlockNote): unknown {
    const frame = culpritOf(block);
    const at = frame === undefined ? undefined : this.#output.context.resolve(frame.file, frame.line, frame.column);
    const attributes = [
      number('rubato.block.duration_us', block.durationUs),
      ...(frame === undefined || at === undefined
        ? []
        : [
            text('code.function.name', frame.name),
            text('code.file.path', at.file),
            number('code.line.number', at.line),
          ]),
    ];
    return { timeUnixNano: this.#unixNano(block.start), name: 'event loop blocked', attributes };
  }

  /** 32 hexadecimal digits, never all zero. */
  #traceId(row: number): string {
    const { hello } = this.#output.thread;
    const root = this.#output.thread.tasks.id[this.#roots[row] ?? row] ?? 0;
    return hex(hello.startedAt, 12) + hex(hello.pid, 8) + hex(hello.thread, 4) + hex(root, 8);
  }

  /** 16 hexadecimal digits. */
  #spanId(row: number): string {
    return hex(this.#output.index + 1, 8) + hex(this.#output.thread.tasks.id[row] ?? 0, 8);
  }

  /** Decimal text, since the number is beyond what JSON's readers keep exactly. */
  #unixNano(us: number): string {
    const { startedAt } = this.#output.thread.hello;
    return String(BigInt(Math.round(startedAt * 1000)) * 1000n + BigInt(Math.max(0, Math.round(us * 1000))));
  }
}

function hex(value: number, digits: number): string {
  return Math.max(0, Math.floor(value)).toString(16).padStart(digits, '0').slice(-digits);
}

function text(key: string, stringValue: string): Attribute {
  return { key, value: { stringValue } };
}

/** Whole numbers are text in OTLP/JSON, as 64-bit integers are in Protocol Buffers' JSON. */
function number(key: string, value: number): Attribute {
  return { key, value: { intValue: String(Math.round(value)) } };
}
