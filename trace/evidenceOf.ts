import {
  evidenceVersion,
  type Distribution,
  type EvidenceFile,
  type FunctionEvidence,
  type FunctionPlace,
  type Observation,
  type ObservationKind,
} from '#protocol/evidence.ts';
import type { Frame } from '#protocol/messages.ts';
import { round } from './distributions.ts';
import { blockGroups, functionAround } from './loopBlocks.ts';
import type { TraceModel } from './model.ts';
import { blockingCalls, floatingTasks, lostTasks, rejectionGroups, swallowedErrors } from './sideEffects.ts';
import type { Resolve, SourcePlace } from './sourcePlace.ts';
import { awaitStatistics, functionStatistics } from './statistics.ts';
import { stuckTasks } from './stuckTasks.ts';
import { ancestorsOf, placeAt, placeId, waitAt, type TaskRef } from './taskChains.ts';

/** What the trace itself does not know of its run. */
export interface EvidenceContext {
  readonly resolve: Resolve;
  /** Base name of what ran. */
  readonly command: string;
}

/** What a run showed about places below the root, sorted by file, then place. */
export function evidenceOf(model: TraceModel, context: EvidenceContext): EvidenceFile {
  const started = Math.min(...model.threads.map(({ hello }) => hello.startedAt));
  const ended = Math.max(...model.threads.map(({ hello, endTime }) => hello.startedAt + endTime / 1000));
  const hasThreads = model.threads.length > 0;
  return {
    version: evidenceVersion,
    startedAt: hasThreads ? started : 0,
    durationMs: hasThreads ? round(ended - started) : 0,
    command: context.command,
    mode: model.threads[0]?.hello.mode ?? 'trace',
    limits: model.notes,
    functions: functionsOf(model, context.resolve),
    observations: observationsOf({ model, resolve: context.resolve }),
  };
}

function functionsOf(model: TraceModel, resolve: Resolve): readonly FunctionEvidence[] {
  const isCounted = model.threads.some(({ hello }) => hello.mode === 'trace' || hello.mode === 'deep');
  const statistics = new Map(functionStatistics(model).map((each) => [each.place, each]));
  const list = model.places.flatMap((place, id): readonly FunctionEvidence[] => {
    const isAsync = place.kind === 'function' || place.kind === 'module';
    if (!isAsync && place.kind !== 'sync-function') return [];
    const around = functionPlace(model, resolve, id);
    if (around === undefined) return [];
    const { entered = 0, duration } = statistics.get(id) ?? {};
    const isMeasured = duration !== undefined && duration.count > 0;
    return [
      {
        ...around,
        isAsync,
        ...(isAsync && isCounted ? { entered } : {}),
        ...(isMeasured ? { duration } : {}),
      },
    ];
  });
  return list.toSorted((a, b) => compareText(a.file, b.file) || a.line - b.line || compareText(a.name, b.name));
}

interface Ctx {
  readonly model: TraceModel;
  readonly resolve: Resolve;
}

/** The function at a place; `undefined` when there is none or it lies outside the root. */
function functionPlace(model: TraceModel, resolve: Resolve, id: number): FunctionPlace | undefined {
  const place = placeAt(model, id);
  if (id === 0 || place.file === '') return undefined;
  const at = resolve(place.file, place.line, place.column);
  if (!at.isInside) return undefined;
  const hash = at.fileHash === undefined ? hashOf(place.hash) : { fileHash: at.fileHash };
  return { file: at.file, name: place.label, line: at.line, ...hash };
}

function hashOf(hash: string | undefined): { readonly hash?: string } {
  return hash === undefined ? {} : { hash };
}

/** What an observation says besides its place. */
type Said = Pick<Observation, 'count'> & Partial<Pick<Observation, 'durationMs' | 'errorClasses' | 'callers'>>;

function observationsOf(ctx: Ctx): readonly Observation[] {
  const { model } = ctx;
  const at = (kind: ObservationKind, id: number, said: Said) => observationAt(ctx, { kind, id }, said);
  const all = [
    ...blocked(ctx),
    ...[...blockingCalls(model)].map(([place, duration]) =>
      at('called-blocking', place, { count: duration.count, durationMs: duration }),
    ),
    ...swallowedErrors(model).map(({ place, count, errorClasses }) =>
      at('swallowed', place, { count, ...(errorClasses.length === 0 ? {} : { errorClasses }) }),
    ),
    ...rejected(ctx),
    ...floatingTasks(model).map(({ place, count, outlived }) => at('floated', place, { count, ...measured(outlived) })),
    ...stuckTasks(model).groups.map(({ place, count, agesMs, oldest }) =>
      at('pending-at-exit', place, { count, durationMs: ofMs(agesMs), callers: callersOf(ctx, oldest) }),
    ),
    ...lostTasks(model).map(({ place, count, sample }) =>
      at('lost', place, { count, ...(sample === undefined ? {} : { callers: callersOf(ctx, sample) }) }),
    ),
    ...awaitStatistics(model).flatMap(({ place, wait }) =>
      wait.count === 0 ? [] : at('awaited', place, { count: wait.count, durationMs: wait }),
    ),
  ];
  return all
    .filter((each) => each !== undefined)
    .toSorted(
      (a, b) => compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.kind, b.kind),
    );
}

function measured(duration: Distribution): { readonly durationMs?: Distribution } {
  return duration.count === 0 ? {} : { durationMs: duration };
}

/** An observation at a place of the table; `undefined` when that lies outside the root or is not known. */
function observationAt(
  { model, resolve }: Ctx,
  { kind, id }: { readonly kind: ObservationKind; readonly id: number },
  said: Said,
): Observation | undefined {
  const place = placeAt(model, id);
  if (id === 0 || place.file === '') return undefined;
  const at = resolve(place.file, place.line, place.column);
  if (!at.isInside) return undefined;
  const around = functionPlace(model, resolve, place.owner);
  const isAsWritten = at.fileHash === undefined;
  return {
    kind,
    ...(around === undefined ? {} : { function: around }),
    ...positionOf(at),
    ...(isAsWritten ? { offset: place.offset } : {}),
    label: place.label,
    ...said,
  };
}

function positionOf({ file, line, column }: SourcePlace): Pick<Observation, 'file' | 'line' | 'column'> {
  return { file, line, column };
}

/** An observation at a call frame: its place is known by line and column only. */
function observationIn(
  ctx: Ctx,
  { kind, frame }: { readonly kind: ObservationKind; readonly frame: Frame },
  said: Said,
): Observation | undefined {
  const at = ctx.resolve(frame.file, frame.line, frame.column);
  if (!at.isInside) return undefined;
  const around = functionPlace(ctx.model, ctx.resolve, functionAround(ctx.model, frame));
  return { kind, ...(around === undefined ? {} : { function: around }), ...positionOf(at), label: frame.name, ...said };
}

/** Looking for the function around a frame takes a while. */
const maxGroups = 500;

function blocked(ctx: Ctx): readonly (Observation | undefined)[] {
  return blockGroups(ctx.model)
    .slice(0, maxGroups)
    .map(({ place, culprit, duration, longest }) => {
      const said = { count: duration.count, durationMs: duration };
      const outer = longest.frames.slice((longest.culprit ?? -1) + 1);
      const callers = framesOf(ctx, outer);
      if (place !== 0) return observationAt(ctx, { kind: 'blocked', id: place }, { ...said, callers });
      return culprit && observationIn(ctx, { kind: 'blocked', frame: culprit }, { ...said, callers });
    });
}

function rejected(ctx: Ctx): readonly (Observation | undefined)[] {
  return rejectionGroups(ctx.model)
    .slice(0, maxGroups)
    .map(({ outcome, place, errorClass, count, windows, first }) => {
      const kind = outcome === 'late' ? 'handled-late' : 'unhandled';
      const said = { count, errorClasses: [errorClass], ...measured(windows) };
      if (place !== 0) return observationAt(ctx, { kind, id: place }, said);
      const frame = first.frames.find(({ file, line, column }) => ctx.resolve(file, line, column).isInside);
      return frame && observationIn(ctx, { kind, frame }, said);
    });
}

type Callers = NonNullable<Observation['callers']>;
const maxCallers = 8;

function framesOf({ resolve }: Ctx, frames: readonly Frame[]): Callers {
  const places = frames.map(({ file, line, column, name }) => ({ ...resolve(file, line, column), name }));
  return places
    .filter(({ isInside }) => isInside)
    .slice(0, maxCallers)
    .map(({ file, line, column, name }) => ({ file, line, column, name }));
}

/** Who started a task: where they wait now, or else where they stand. */
function callersOf({ model, resolve }: Ctx, { thread, row }: TaskRef): Callers {
  const callers = ancestorsOf(thread, row, maxCallers).map((parent) => {
    const around = placeAt(model, placeId(thread, thread.tasks.site[parent] ?? 0));
    const waits = placeAt(model, placeId(thread, thread.waits.site[waitAt(thread, parent)] ?? 0));
    const place = waits.kind === 'unknown' ? around : waits;
    return { ...resolve(place.file, place.line, place.column), name: around.label };
  });
  return callers
    .filter(({ isInside }) => isInside)
    .map(({ file, line, column, name }) => ({ file, line, column, name }));
}

/** Spread of times in ms, ascending. */
function ofMs(sorted: Float64Array): Distribution {
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0);
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
