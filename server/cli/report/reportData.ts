import type { Distribution } from '#protocol/evidence.ts';
import type { Frame } from '#protocol/messages.ts';
import type { RunManifest } from '#protocol/runFolder.ts';
import { fanOuts, leftSiblings, sequentialAwaits } from '#trace/awaitPatterns.ts';
import { blockGroups } from '#trace/loopBlocks.ts';
import type { Place, TraceModel } from '#trace/model.ts';
import { blockingCalls, floatingTasks, lostTasks, rejectionGroups, swallowedErrors } from '#trace/sideEffects.ts';
import type { Resolve } from '#trace/sourcePlace.ts';
import { awaitStatistics, functionStatistics } from '#trace/statistics.ts';
import { stuckTasks } from '#trace/stuckTasks.ts';
import { placeAt, type TaskRef } from '#trace/taskChains.ts';
import { startersOf, stackLines, type Starter, type StackLine } from './stackLines.ts';

export const reportVersion = 1;

/** A place as reports show it: paths below the root are relative to it, others are cut to their last two parts. */
export interface ReportPlace {
  /** `unknown` also for places that only a call stack names. */
  readonly kind: Place['kind'];
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Function there or around it. */
  readonly function: string;
  /** Text of the await or call; of functions their name. */
  readonly label: string;
}

/** Everything a report says: plain data, the JSON form as it is. Lists are sorted by weight. Times in ms. */
export interface ReportData {
  readonly version: typeof reportVersion;
  readonly run: RunFacts;
  /** What is missing or wrong in the trace; empty for a whole one. */
  readonly notes: readonly string[];
  readonly blocks: readonly BlockEntry[];
  readonly blockingCalls: readonly (ReportPlace & { readonly duration: Distribution })[];
  readonly stuck: StuckEntry;
  readonly rejections: readonly RejectionEntry[];
  readonly swallowed: readonly (ReportPlace & { readonly count: number; readonly errorClasses: readonly string[] })[];
  readonly lost: readonly (ReportPlace & { readonly count: number; readonly sampling: number })[];
  readonly functions: readonly FunctionEntry[];
  readonly awaits: readonly AwaitEntry[];
  readonly sequentialAwaits: readonly (ReportPlace & {
    readonly tasks: number;
    readonly most: number;
    readonly saved: Distribution;
  })[];
  readonly fanOuts: readonly (ReportPlace & { readonly count: number; readonly p50: number; readonly max: number })[];
  readonly leftSiblings: readonly (ReportPlace & {
    readonly count: number;
    readonly alive: number;
    readonly wentOn: Distribution;
    readonly sample: string;
  })[];
  readonly floating: readonly (ReportPlace & {
    readonly count: number;
    readonly alive: number;
    readonly outlived: Distribution;
  })[];
}

export interface RunFacts {
  readonly command: string;
  readonly mode: string;
  readonly runtimes: readonly string[];
  /** ms since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly processes: number;
  readonly threads: number;
  readonly tasks: number;
  readonly waits: number;
  readonly exitCode?: number;
  readonly signal?: string;
  /** Times below it are rough; 0: not known. */
  readonly resolutionMs: number;
}

/** A call frame. */
export type StackFrame = Omit<ReportPlace, 'kind' | 'label'>;

export interface BlockEntry extends ReportPlace {
  readonly duration: Distribution;
  readonly gcShare: number;
  readonly source: string;
  /** Call stack of the longest one, innermost first. */
  readonly stack: readonly StackFrame[];
}

export interface StuckEntry {
  /** Living tasks at the end, waiting or not. */
  readonly alive: number;
  readonly groups: readonly StuckGroupEntry[];
  /** Merged stacks, a line per node, in the order of a tree. */
  readonly tree: readonly StackLine[];
  /** Tasks that wait for each other in a circle. */
  readonly deadlocks: readonly (readonly ReportPlace[])[];
}

export interface StuckGroupEntry extends ReportPlace {
  readonly count: number;
  /** Of these, wait for nothing that is known: the cause lies here. */
  readonly leaves: number;
  readonly oldestMs: number;
  /** Who started the oldest one, innermost first. */
  readonly startedBy: readonly Starter[];
}

export interface RejectionEntry extends ReportPlace {
  readonly outcome: 'unhandled' | 'late';
  readonly errorClass: string;
  readonly count: number;
  /** How long they were unhandled; only of late ones. */
  readonly window: Distribution;
}

export interface FunctionEntry extends ReportPlace {
  readonly entered: number;
  readonly rejected: number;
  readonly alive: number;
  readonly maxAlive: number;
  readonly duration: Distribution;
  readonly busy: Distribution;
  readonly perParent: { readonly starters: number; readonly p50: number; readonly max: number };
}

export interface AwaitEntry extends ReportPlace {
  readonly wait: Distribution;
  readonly open: number;
  readonly perTask: { readonly starters: number; readonly p50: number; readonly max: number };
}

/** What a report is made of. */
export interface ReportSource {
  readonly model: TraceModel;
  readonly resolve: Resolve;
  readonly manifest: RunManifest | undefined;
  readonly command: string;
}

/** Entries of one list at most. */
const maxEntries = 1000;

export function reportData(source: ReportSource): ReportData {
  const { model } = source;
  const at = (place: number): ReportPlace => reportPlace(source, place);
  const first = <T>(list: readonly T[]): readonly T[] => list.slice(0, maxEntries);
  return {
    version: reportVersion,
    run: runFacts(source),
    notes: model.notes,
    blocks: blockEntries(source),
    blockingCalls: first(
      [...blockingCalls(model)]
        .toSorted(([, a], [, b]) => b.max - a.max)
        .map(([place, duration]) => ({ ...at(place), duration })),
    ),
    stuck: stuckEntry(source),
    rejections: first(rejectionGroups(model)).map((group) => rejectionEntry(source, group)),
    swallowed: first(swallowedErrors(model)).map(({ place, ...rest }) => ({ ...at(place), ...rest })),
    lost: first(lostTasks(model)).map((group) => ({
      ...at(group.place),
      function: placeAt(model, group.function).label,
      count: group.count,
      sampling: group.sampling,
    })),
    ...slowest(source),
    sequentialAwaits: first(sequentialAwaits(model)).map(({ place, ...rest }) => ({ ...at(place), ...rest })),
    fanOuts: first(fanOuts(model)).map(({ place, ...rest }) => ({ ...at(place), ...rest })),
    leftSiblings: first(leftSiblings(model)).map(({ place, sample, ...rest }) => ({
      ...at(place),
      ...rest,
      sample: nameOf(model, sample),
    })),
    floating: first(floatingTasks(model)).map(({ place, ...rest }) => ({ ...at(place), ...rest })),
  };
}

function slowest(source: ReportSource): Pick<ReportData, 'functions' | 'awaits'> {
  const { model } = source;
  const isSite = ({ place }: { readonly place: number }) => place !== 0;
  return {
    functions: functionStatistics(model)
      .filter(isSite)
      .toSorted((a, b) => b.duration.p95 - a.duration.p95 || b.duration.max - a.duration.max)
      .slice(0, maxEntries)
      .map(({ place, ...rest }) => ({ ...reportPlace(source, place), ...rest })),
    awaits: awaitStatistics(model)
      .filter(({ place }) => isSite({ place }) && placeAt(model, place).kind !== 'yield')
      .toSorted((a, b) => b.wait.p95 - a.wait.p95 || b.wait.max - a.wait.max)
      .slice(0, maxEntries)
      .map(({ place, ...rest }) => ({ ...reportPlace(source, place), ...rest })),
  };
}

function runFacts({ model, manifest, command }: ReportSource): RunFacts {
  const { threads } = model;
  const startedAt = Math.min(...threads.map(({ hello }) => hello.startedAt));
  const endedAt = Math.max(...threads.map(({ hello, endTime }) => hello.startedAt + endTime / 1000));
  const sum = (amount: (thread: (typeof threads)[number]) => number) =>
    threads.reduce((all, each) => all + amount(each), 0);
  return {
    command,
    mode: threads[0]?.hello.mode ?? manifest?.mode ?? 'trace',
    runtimes: [...new Set(threads.map(({ hello }) => hello.runtime))],
    startedAt,
    durationMs: Math.max(0, Math.round(endedAt - startedAt)),
    processes: new Set(threads.map(({ hello }) => hello.pid)).size,
    threads: threads.length,
    tasks: sum(({ tasks, folded }) => tasks.count + folded.tasks),
    waits: sum(({ waits, folded }) => waits.count + folded.waits),
    ...(manifest?.exitCode === undefined ? {} : { exitCode: manifest.exitCode }),
    ...(manifest?.signal === undefined ? {} : { signal: manifest.signal }),
    resolutionMs: Math.max(...threads.map(({ resolutionUs }) => resolutionUs)) / 1000,
  };
}

/** A place of the table as reports show it. */
function reportPlace({ model, resolve }: ReportSource, id: number): ReportPlace {
  const place = placeAt(model, id);
  const { file, line, column } = resolve(place.file, place.line, place.column);
  return { kind: place.kind, file, line, column, function: placeAt(model, place.owner).label, label: place.label };
}

function framePlace({ resolve }: ReportSource, frame: Frame): StackFrame {
  const { file, line, column } = resolve(frame.file, frame.line, frame.column);
  return { file, line, column, function: frame.name };
}

function nameOf(model: TraceModel, { thread, row }: TaskRef): string {
  return placeAt(model, thread.placeOf[thread.tasks.site[row] ?? 0] ?? 0).label;
}

function blockEntries(source: ReportSource): readonly BlockEntry[] {
  return blockGroups(source.model)
    .slice(0, maxEntries)
    .map(({ place, culprit, duration, gcShare, longest }) => ({
      ...(culprit === undefined
        ? reportPlace(source, place)
        : { ...framePlace(source, culprit), kind: 'unknown' as const, label: '' }),
      duration,
      gcShare: Math.round(gcShare * 100) / 100,
      source: longest.source,
      stack: longest.frames.map((frame) => framePlace(source, frame)),
    }));
}

function rejectionEntry(source: ReportSource, group: ReturnType<typeof rejectionGroups>[number]): RejectionEntry {
  const { outcome, errorClass, count, windows, place, first } = group;
  const frame =
    first.frames.find(({ file, line, column }) => source.resolve(file, line, column).isInside) ?? first.frames[0];
  const known =
    place !== 0 || frame === undefined
      ? reportPlace(source, place)
      : { ...framePlace(source, frame), kind: 'unknown' as const, label: '' };
  return { ...known, outcome, errorClass, count, window: windows };
}

function stuckEntry(source: ReportSource): StuckEntry {
  const { groups, roots, deadlocks, alive } = stuckTasks(source.model);
  const waits = ({ thread, row }: TaskRef): number => thread.waits.site[thread.tasks.lastWait[row] ?? 0] ?? 0;
  return {
    alive,
    groups: groups.slice(0, maxEntries).map(({ place, function: around, count, leaves, agesMs, oldest }) => ({
      ...reportPlace(source, place),
      function: placeAt(source.model, around).label,
      count,
      leaves,
      oldestMs: Math.round(agesMs.at(-1) ?? 0),
      startedBy: startersOf(source, oldest),
    })),
    tree: stackLines(source, roots),
    deadlocks: deadlocks.slice(0, maxEntries).map((circle) =>
      circle.slice(0, 20).map((task) => ({
        ...reportPlace(source, task.thread.placeOf[waits(task)] ?? 0),
        function: nameOf(source.model, task),
      })),
    ),
  };
}
