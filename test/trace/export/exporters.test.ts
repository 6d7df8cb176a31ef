import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import otlp from '@opentelemetry/otlp-transformer/build/src/generated/root.js';
import protobuf from 'protobufjs';
import { exportChrome } from '#trace/export/chrome.ts';
import type { ExportContext } from '#trace/export/exporter.ts';
import { Lanes } from '#trace/export/lanes.ts';
import { exportOtlp } from '#trace/export/otlp.ts';
import { exportPerfetto } from '#trace/export/perfetto.ts';
import { smallModel } from './smallModel.ts';

const context: ExportContext = {
  resolve: (file, line, column) => ({ file: file.replace('/app/', ''), line, column, isInside: true }),
  command: 'node main.ts',
  version: '1.2.3',
};

/** Only the fields that the test reads; numbers and types as Perfetto's documentation gives them. */
const perfettoSchema = `
  syntax = "proto2";
  message Trace { repeated TracePacket packet = 1; }
  message TracePacket { optional uint64 timestamp = 8; optional uint32 trusted_packet_sequence_id = 10; optional TrackEvent track_event = 11;
    optional InternedData interned_data = 12; optional uint32 sequence_flags = 13; optional TrackDescriptor track_descriptor = 60; }
  message TrackDescriptor { optional uint64 uuid = 1; optional string name = 2; optional ProcessDescriptor process = 3; optional ThreadDescriptor thread = 4;
    optional uint64 parent_uuid = 5; }
  message ProcessDescriptor { optional int32 pid = 1; optional string process_name = 6; }
  message ThreadDescriptor { optional int32 pid = 1; optional int32 tid = 2; optional string thread_name = 5; }
  message EventName { optional uint64 iid = 1; optional string name = 2; }
  message InternedData { repeated EventName event_names = 2; }
  message TrackEvent { repeated uint64 category_iids = 3; optional uint32 type = 9; optional uint64 name_iid = 10; optional uint64 track_uuid = 11;
    optional int64 counter_value = 30; optional uint64 source_location_iid = 34; repeated fixed64 flow_ids = 47; repeated fixed64 terminating_flow_ids = 48; }
`;

describe('Chrome JSON', () => {
  const events = JSON.parse(textOf(exportChrome(smallModel, context).content)).traceEvents as ChromeEvent[];

  it('closes every task and wait that it opens, inside each other', () => {
    const open = new Map<string, ChromeEvent[]>();
    for (const event of events.filter(({ ph }) => ph === 'b' || ph === 'e')) {
      const stack = open.get(event.id ?? '') ?? [];
      open.set(event.id ?? '', stack);
      if (event.ph === 'b') stack.push(event);
      else assert.equal(stack.pop()?.name, event.name);
    }
    assert.deepEqual([...open.values()].flat(), []);
    assert.equal(open.size, 4);
  });

  it('names tasks, waits and the culprit of a block with their places', () => {
    const [block] = events.filter(({ cat }) => cat === 'block');
    assert.deepEqual(
      [block?.name, block?.ts, block?.dur, block?.args?.['place']],
      ['blocked by parse', 400, 2400, 'src/b.ts:30:5'],
    );
    const names = events.filter(({ ph }) => ph === 'b').map(({ name, ts }) => `${name} ${ts}`);
    assert.deepEqual(names, [
      'handle 100',
      'await load(id) 120',
      'await save() 3010',
      'load 110',
      'save “é𝄞” 3000',
      'handle 200',
      'await load(id) 210',
    ]);
  });
});

interface ChromeEvent {
  readonly ph: string;
  readonly name: string;
  readonly cat?: string;
  readonly id?: string;
  readonly ts?: number;
  readonly dur?: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

describe('Perfetto', () => {
  // As the viewer does: by time, packets of one time in the order of the file.
  const packets = decodePerfetto(exportPerfetto(smallModel, context).content).toSorted(
    (a, b) => (a.timestamp ?? 0) - (b.timestamp ?? 0),
  );
  const names = new Map(
    packets.flatMap(({ internedData }) => (internedData?.eventNames ?? []).map(({ iid, name }) => [iid, name])),
  );

  it('opens and closes slices of each track in order', () => {
    const depth = new Map<number, number>();
    for (const { trackEvent } of packets) {
      if (trackEvent === undefined || trackEvent.type > 2) continue;
      const { trackUuid, type } = trackEvent;
      const now = (depth.get(trackUuid) ?? 0) + (type === 1 ? 1 : -1);
      assert.ok(now >= 0);
      depth.set(trackUuid, now);
    }
    assert.deepEqual(new Set(depth.values()), new Set([0]));
  });

  it('puts calls of a function that run side by side on tracks of their own', () => {
    const handles = packets.filter(({ trackEvent }) => names.get(trackEvent?.nameIid ?? 0) === 'handle');
    assert.equal(new Set(handles.map(({ trackEvent }) => trackEvent?.trackUuid)).size, 2);
  });

  it('leads an arrow from a task to the wait for it', () => {
    const from = packets.flatMap(({ trackEvent }) => trackEvent?.flowIds ?? []);
    const to = packets.flatMap(({ trackEvent }) => trackEvent?.terminatingFlowIds ?? []);
    assert.equal(from.length, 2);
    assert.deepEqual(from.toSorted(), to.toSorted());
  });

  it('counts live tasks down to those that never end', () => {
    const counts = packets.flatMap(({ trackEvent }) => (trackEvent?.type === 4 ? [trackEvent.counterValue] : []));
    assert.deepEqual(counts, [1, 2, 3, 4, 3, 2, 1, 0]);
  });
});

interface PerfettoPacket {
  readonly timestamp?: number;
  readonly trackEvent?: {
    readonly type: number;
    readonly trackUuid: number;
    readonly nameIid: number;
    readonly counterValue: number;
    readonly flowIds: readonly string[];
    readonly terminatingFlowIds: readonly string[];
  };
  readonly internedData?: { readonly eventNames?: readonly { readonly iid: number; readonly name: string }[] };
}

function decodePerfetto(bytes: Uint8Array): readonly PerfettoPacket[] {
  const type = protobuf.parse(perfettoSchema).root.lookupType('Trace');
  const trace = type.toObject(type.decode(bytes), { longs: Number }) as { readonly packet: readonly PerfettoPacket[] };
  return trace.packet;
}

describe('OTLP JSON', () => {
  const request = (otlp as unknown as OfficialMessages).opentelemetry.proto.collector.trace.v1
    .ExportTraceServiceRequest;
  const json = JSON.parse(textOf(exportOtlp(smallModel, context).content)) as object;

  it('survives the official schema without loss', () => {
    const message = request.fromObject(mapIds(json, (hex) => Buffer.from(hex, 'hex').toString('base64')));
    assert.equal(request.verify(message), null);
    const again = request.toObject(request.decode(request.encode(message).finish()), { longs: String, bytes: String });
    const back = mapIds(withoutEmpty(again), (base64) => Buffer.from(base64, 'base64').toString('hex'));
    assert.deepEqual(JSON.parse(JSON.stringify(back)), withoutEmpty(json));
  });

  it('joins spans of one root task into one trace, links awaited tasks and marks failures', () => {
    const spans = spansOf(json);
    assert.deepEqual(new Set(spans.slice(0, 3).map(({ traceId }) => traceId)).size, 1);
    assert.equal(spans[1]?.parentSpanId, spans[0]?.spanId);
    assert.deepEqual(
      spans[0]?.links.map(({ spanId }) => spanId),
      [spans[1]?.spanId, spans[2]?.spanId],
    );
    assert.deepEqual(
      spans.map(({ status }) => status.code ?? 0),
      [0, 0, 2, 0],
    );
    assert.equal(spans[0]?.startTimeUnixNano, '1760000000000100000');
    assert.equal(spans[1]?.events[0]?.name, 'event loop blocked');
  });
});

/** What the package's generated module holds; its own types describe it as an empty root. */
interface OfficialMessages {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: { readonly trace: { readonly v1: { readonly ExportTraceServiceRequest: protobuf.Type } } };
    };
  };
}

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly links: readonly { readonly spanId: string }[];
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code?: number };
}

function spansOf(json: object): readonly Span[] {
  const request = json as {
    readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
  };
  return request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans));
}

/** OTLP's JSON writes ids in hexadecimal, where Protocol Buffers' own JSON has base64. */
function mapIds<T>(value: T, map: (id: string) => string): T;
function mapIds(value: unknown, map: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((each) => mapIds(each, map));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, each]): [string, unknown] =>
    /^(traceId|spanId|parentSpanId)$/.test(key) ? [key, map(String(each))] : [key, mapIds(each, map)],
  );
  return Object.fromEntries(entries);
}

/** Protocol Buffers do not tell an empty list or message from an absent one. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).map(([key, each]): [string, unknown] => [key, withoutEmpty(each)]);
  return Object.fromEntries(
    kept.filter(([, each]) => typeof each !== 'object' || each === null || Object.keys(each).length > 0),
  );
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

describe('lanes', () => {
  it('never lets two intervals of a lane overlap, and uses as many lanes as overlap at once', () => {
    const intervals = Array.from({ length: 500 }, (_, at) => ({ begin: at, end: at + ((at * 7919) % 37) }));
    const lanes = new Lanes();
    const ends = new Map<number, number>();
    for (const { begin, end } of intervals) {
      const lane = lanes.take(begin, end);
      assert.ok((ends.get(lane) ?? 0) <= begin);
      ends.set(lane, end);
    }
    const overlap = intervals.map(
      ({ begin }) => intervals.filter((other) => other.begin <= begin && other.end > begin).length,
    );
    assert.ok(lanes.count <= Math.max(...overlap) + 1);
  });
});
