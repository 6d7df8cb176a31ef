import type { StuckNode } from '#trace/stuckTasks.ts';
import { ancestorsOf, livesAt, placeAt, placeId, waitAt, type TaskRef } from '#trace/taskChains.ts';
import type { ReportPlace, ReportSource } from './reportData.ts';

/** A node of the merged stacks of living tasks. */
export interface StackLine extends ReportPlace {
  /** 0 for roots; the parent is the nearest line before with one less. */
  readonly depth: number;
  /** No further line of the same depth follows below the same parent. */
  readonly isLast: boolean;
  readonly count: number;
  readonly oldestMs: number;
  /** Wait for nothing that is known: the cause lies here. */
  readonly leaves: number;
  /** Of these, below one of the same kind. */
  readonly recursions: number;
  readonly state: 'waits' | 'runs';
  /** Of roots: who started the oldest one and is over, innermost first. */
  readonly startedBy: readonly Starter[];
}

/** A task that started another. */
export interface Starter extends ReportPlace {
  readonly isOver: boolean;
}

const maxDepth = 40;
const maxLines = 1000;

/** The tree as lines, heaviest branches first. Deep and wide ones are cut. */
export function stackLines(source: ReportSource, roots: readonly StuckNode[]): readonly StackLine[] {
  const lines: StackLine[] = [];
  const open = inverted(roots, 0);
  while (open.length > 0 && lines.length < maxLines) {
    const next = open.pop();
    if (next === undefined) break;
    lines.push(lineOf(source, next));
    if (next.depth < maxDepth) open.push(...inverted(next.node.children, next.depth + 1));
  }
  return lines;
}

interface OpenNode {
  readonly node: StuckNode;
  readonly depth: number;
  readonly isLast: boolean;
}

/** For a stack: what comes first lies on top. */
function inverted(nodes: readonly StuckNode[], depth: number): OpenNode[] {
  const sorted = nodes.toSorted((a, b) => b.count - a.count || b.oldestMs - a.oldestMs).slice(0, maxLines);
  return sorted.map((node, index) => ({ node, depth, isLast: index === sorted.length - 1 })).toReversed();
}

function lineOf(source: ReportSource, { node, depth, isLast }: OpenNode): StackLine {
  const { model } = source;
  const isWaiting = placeAt(model, node.place).kind !== 'unknown';
  return {
    ...placeOf(source, isWaiting ? node.place : node.function),
    function: placeAt(model, node.function).label,
    label: isWaiting ? placeAt(model, node.place).label : '',
    depth,
    isLast,
    count: node.count,
    oldestMs: Math.round(node.oldestMs),
    leaves: node.leaves,
    recursions: node.recursions,
    state: isWaiting ? 'waits' : 'runs',
    startedBy: depth === 0 ? startersOf(source, node.oldest) : [],
  };
}

/** Who started a task, innermost first, at most 8: where they wait, or where their function stands. */
export function startersOf(source: ReportSource, { thread, row }: TaskRef): readonly Starter[] {
  const { model } = source;
  return ancestorsOf(thread, row, 8).map((parent) => {
    const around = placeId(thread, thread.tasks.site[parent] ?? 0);
    const waits = placeId(thread, thread.waits.site[waitAt(thread, parent)] ?? 0);
    const isOver = !livesAt(thread, parent);
    return {
      ...placeOf(source, isOver || waits === 0 ? around : waits),
      function: placeAt(model, around).label,
      isOver,
    };
  });
}

function placeOf({ model, resolve }: ReportSource, id: number): Omit<ReportPlace, 'function'> {
  const place = placeAt(model, id);
  const { file, line, column } = resolve(place.file, place.line, place.column);
  return { kind: place.kind, file, line, column, label: place.label };
}
