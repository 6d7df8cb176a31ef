import { panelLimits, type StackRow, type StuckGroupRow, type StuckMessage } from '#protocol/panel.ts';
import type { TraceModel } from '../model.ts';
import { stuckTasks, type StuckGroup, type StuckNode } from '../stuckTasks.ts';
import { ancestorsOf, placeAt, placeId, waitAt, type TaskRef } from '../taskChains.ts';
import type { PanelPlaces } from './panelPlaces.ts';
import type { PanelTasks } from './panelTasks.ts';

/** What gives rows and places their numbers. */
export interface PanelNumbers {
  readonly places: PanelPlaces;
  readonly tasks: PanelTasks;
}

const maxDepth = 60;
const maxRows = 2000;

/** What waits now, or waited when the program ended. */
export function panelStuck(model: TraceModel, numbers: PanelNumbers): StuckMessage {
  const { groups, roots, deadlocks, alive } = stuckTasks(model);
  return {
    kind: 'stuck',
    groups: groups.slice(0, panelLimits.entries).map((group) => groupRow(group, numbers)),
    tree: stackRows(model, roots, numbers),
    deadlocks: deadlocks.slice(0, 100).map((circle) => circle.slice(0, 50).map((task) => linkOf(task, numbers))),
    alive,
  };
}

function groupRow(group: StuckGroup, { places, tasks }: PanelNumbers): StuckGroupRow {
  const { agesMs, oldest } = group;
  const starters = ancestorsOf(oldest.thread, oldest.row, 16);
  return {
    place: places.idOf(group.place),
    function: places.idOf(group.function),
    count: group.count,
    leaves: group.leaves,
    oldestMs: agesMs.at(-1) ?? 0,
    medianMs: agesMs[Math.ceil(agesMs.length / 2) - 1] ?? 0,
    task: tasks.rowOf(oldest),
    startedBy: starters.map((row) => functionOf({ thread: oldest.thread, row }, places)),
  };
}

function functionOf({ thread, row }: TaskRef, places: PanelPlaces): number {
  return places.idOf(placeId(thread, thread.tasks.site[row] ?? 0));
}

function linkOf(task: TaskRef, { places }: PanelNumbers): StuckMessage['deadlocks'][number][number] {
  const { thread, row } = task;
  return {
    function: functionOf(task, places),
    place: places.idOf(placeId(thread, thread.waits.site[waitAt(thread, row)] ?? 0)),
  };
}

interface OpenNode {
  readonly node: StuckNode;
  readonly depth: number;
}

/** The tree in its order, heaviest branches first. Deep and wide ones are cut. */
function stackRows(model: TraceModel, roots: readonly StuckNode[], numbers: PanelNumbers): readonly StackRow[] {
  const rows: StackRow[] = [];
  const open = inverted(roots, 0);
  while (rows.length < maxRows) {
    const next = open.pop();
    if (next === undefined) break;
    rows.push(stackRow(model, next, numbers));
    if (next.depth < maxDepth) open.push(...inverted(next.node.children, next.depth + 1));
  }
  return rows;
}

/** For a stack: what comes first lies on top. */
function inverted(nodes: readonly StuckNode[], depth: number): OpenNode[] {
  const sorted = nodes.toSorted((a, b) => b.count - a.count || b.oldestMs - a.oldestMs).slice(0, maxRows);
  return sorted.map((node) => ({ node, depth })).toReversed();
}

function stackRow(model: TraceModel, { node, depth }: OpenNode, { places, tasks }: PanelNumbers): StackRow {
  const isWaiting = placeAt(model, node.place).kind !== 'unknown';
  return {
    depth,
    function: places.idOf(node.function),
    place: isWaiting ? places.idOf(node.place) : 0,
    count: node.count,
    leaves: node.leaves,
    recursions: node.recursions,
    oldestMs: node.oldestMs,
    task: tasks.rowOf(node.oldest),
  };
}
