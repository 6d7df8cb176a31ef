import {
  exportFormats,
  panelLimits,
  panelTabs,
  panelVersion,
  siteBucketsMs,
  type ChangedTasks,
  type ComparisonRow,
  type HostMessage,
  type PanelFinding,
  type PanelMessage,
  type PanelPlace,
  type PanelTaskColumns,
  type SiteRow,
  type StackRow,
  type StuckGroupRow,
} from './panel.ts';
import type { Distribution } from './evidence.ts';

/** Whether what came from the host has the shape it must have. Whether rows and places exist, the receiver sees. */
export function isHostMessage(value: unknown): value is HostMessage {
  return isMessage(hostMessages, value);
}

/** Whether what came from the panel has the shape it must have. */
export function isPanelMessage(value: unknown): value is PanelMessage {
  return isMessage(panelMessages, value);
}

type Check = (value: unknown) => boolean;
/** A check for each field, so that a field to come cannot be forgotten here. */
type Shape<T> = { readonly [K in keyof T]-?: Check };
type Shapes<M extends { readonly kind: string }> = {
  readonly [K in M['kind']]: Shape<Omit<Extract<M, { readonly kind: K }>, 'kind'>>;
};

function isMessage(shapes: Readonly<Record<string, Readonly<Record<string, Check>>>>, value: unknown): boolean {
  if (!isRecord(value)) return false;
  const kind = value['kind'];
  if (typeof kind !== 'string' || !Object.hasOwn(shapes, kind)) return false;
  const shape = shapes[kind];
  return shape !== undefined && hasShape(shape, value) && hasEvenColumns(value);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasShape(shape: Readonly<Record<string, Check>>, value: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(shape).every(([name, check]) => check(Object.hasOwn(value, name) ? value[name] : undefined));
}

/** Columns of a table have one length. */
function hasEvenColumns(table: Readonly<Record<string, unknown>>): boolean {
  const lengths = Object.values(table).flatMap((value) => (isColumn(value) ? value.length : []));
  return new Set(lengths).size <= 1;
}

type Column = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array;

function isColumn(value: unknown): value is Column {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

function fields<T>(shape: Shape<T>): Check {
  return (value) => isRecord(value) && hasShape(shape, value) && hasEvenColumns(value);
}

function list(check: Check, max: number): Check {
  return (value) => Array.isArray(value) && value.length <= max && value.every(check);
}

function oneOf(...choices: readonly (string | number | boolean)[]): Check {
  return (value) => choices.some((choice) => choice === value);
}

function optional(check: Check): Check {
  return (value) => value === undefined || check(value);
}

function wholeUpTo(max: number): Check {
  return (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

/** Typed arrays are told by their class, also those of another realm. */
function column(name: Column[typeof Symbol.toStringTag], max: number): Check {
  return (value) => isColumn(value) && value[Symbol.toStringTag] === name && value.length <= max;
}

const text: Check = (value) => typeof value === 'string' && value.length <= panelLimits.text;
const flag: Check = (value) => typeof value === 'boolean';
const count = wholeUpTo(Number.MAX_SAFE_INTEGER);
const time: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const row = wholeUpTo(panelLimits.tasks);
const place = wholeUpTo(panelLimits.places);
const { chunk, entries, blocks, waits, asked } = panelLimits;

const distribution = fields<Distribution>({ count, p50: time, p95: time, max: time });
const progress = {
  end: column('Float64Array', chunk),
  state: column('Uint8Array', chunk),
  busy: column('Float32Array', chunk),
  waits: column('Uint32Array', chunk),
  waitsAt: column('Uint32Array', chunk),
  waitsFrom: column('Float32Array', chunk),
};

const hostMessages: Shapes<HostMessage> = {
  open: {
    version: oneOf(panelVersion),
    title: text,
    startedAt: time,
    expectedTasks: row,
    threads: list(text, 1 << 16),
  },
  places: {
    first: place,
    places: list(
      fields<PanelPlace>({
        kind: text,
        file: text,
        line: count,
        column: count,
        label: text,
        function: text,
        isInside: flag,
      }),
      panelLimits.chunk,
    ),
  },
  tasks: {
    first: row,
    columns: fields<PanelTaskColumns>({
      ...progress,
      function: column('Uint32Array', chunk),
      parent: column('Uint32Array', chunk),
      thread: column('Uint16Array', chunk),
      begin: column('Float64Array', chunk),
    }),
    changed: fields<ChangedTasks>({ ...progress, rows: column('Uint32Array', chunk) }),
    endTime: time,
  },
  blocks: {
    start: column('Float64Array', blocks),
    durationUs: column('Float64Array', blocks),
    place: column('Uint32Array', blocks),
    thread: column('Uint16Array', blocks),
  },
  status: {
    state: oneOf('live', 'paused', 'ended', 'recorded'),
    endTime: time,
    blockedMs: time,
    dropped: fields({ events: count, messages: count, tasks: count }),
    notes: list(text, 1000),
  },
  stuck: {
    groups: list(
      fields<StuckGroupRow>({
        place,
        function: place,
        count,
        leaves: count,
        oldestMs: time,
        medianMs: time,
        task: row,
        startedBy: list(place, 64),
      }),
      entries,
    ),
    tree: list(
      fields<StackRow>({
        depth: wholeUpTo(1000),
        function: place,
        place,
        count,
        leaves: count,
        recursions: count,
        oldestMs: time,
        task: row,
      }),
      entries,
    ),
    deadlocks: list(list(fields({ function: place, place }), 1000), 1000),
    alive: count,
  },
  findings: {
    findings: list(
      fields<PanelFinding>({
        ruleId: text,
        severity: oneOf('error', 'warning', 'hint'),
        message: text,
        place,
        verdict: oneOf('confirmed', 'not-observed', 'stale', 'none'),
        evidence: text,
      }),
      entries,
    ),
  },
  statistics: {
    sites: list(
      fields<SiteRow>({
        kind: oneOf('function', 'await', 'blocking'),
        place,
        duration: distribution,
        busy: optional(distribution),
        open: count,
        rejected: count,
        maxAlive: count,
        buckets: list(count, siteBucketsMs.length + 1),
      }),
      entries,
    ),
  },
  comparison: {
    before: text,
    after: text,
    sites: list(
      fields<ComparisonRow>({
        kind: oneOf('function', 'await', 'blocking', 'blocked'),
        state: oneOf('same', 'edited', 'new', 'gone'),
        place,
        before: optional(distribution),
        after: optional(distribution),
      }),
      entries,
    ),
  },
  waits: {
    rows: list(row, asked),
    task: column('Uint32Array', waits),
    place: column('Uint32Array', waits),
    begin: column('Float64Array', waits),
    end: column('Float64Array', waits),
    child: column('Uint32Array', waits),
  },
  show: { tab: optional(oneOf(...panelTabs)), filter: optional(text) },
};

const panelMessages: Shapes<PanelMessage> = {
  ready: { version: count },
  openSource: { place },
  explainRule: { ruleId: text },
  export: { format: oneOf(...exportFormats) },
  setPaused: { isPaused: flag },
  askWaits: { rows: list(row, asked) },
  compare: {},
  fault: { message: text },
};
