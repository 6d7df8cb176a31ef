import type { PanelPlace } from '#protocol/panel.ts';
import type { TraceModel } from '#trace/model.ts';
import type { StuckNode } from '#trace/stuckTasks.ts';
import { placeAt } from '#trace/taskChains.ts';
import type { TaskNode } from './messages.ts';

/** A node with the one above it. */
interface Linked {
  readonly node: StuckNode;
  readonly above: Linked | undefined;
}

/** Nodes of the merged stacks that are looked at, and nodes that are told, in one snapshot. */
const maxLooked = 100_000;
const maxTold = 20_000;
const maxDepth = 40;
const maxWide = 20;

/**
 * The merged stacks turned around: from tasks that wait at a place in a function to those that wait for them or started them, up to the root.
 * `at`: a place for people.
 */
export function callersOf(
  model: TraceModel,
  roots: readonly StuckNode[],
  at: (place: number) => PanelPlace,
): (place: number, around: number) => readonly TaskNode[] {
  const byKey = nodesByKey(roots);
  let room = maxTold;

  const merged = (below: readonly Linked[], depth: number): readonly TaskNode[] => {
    if (depth > maxDepth) return [];
    const sorted = grouped(distinctAbove(below))
      .map((nodes) => ({ nodes, ...weightOf(nodes) }))
      .toSorted(heavierFirst);
    return sorted.slice(0, maxWide).flatMap(({ nodes, count, oldestMs }) => {
      const [first] = nodes;
      if (first === undefined || room <= 0) return [];
      room -= 1;
      return [{ place: at(placeOf(model, first.node)), count, oldestMs, callers: merged(nodes, depth + 1) }];
    });
  };

  return (place, around) => merged(byKey.get(keyOf(place, around)) ?? [], 0);
}

function nodesByKey(roots: readonly StuckNode[]): ReadonlyMap<string, readonly Linked[]> {
  const found = new Map<string, Linked[]>();
  const open: Linked[] = roots.map((node) => ({ node, above: undefined }));
  for (let looked = 0; looked < maxLooked; looked += 1) {
    const next = open.pop();
    if (next === undefined) break;
    add(found, next);
    for (const child of next.node.children) open.push({ node: child, above: next });
  }
  return found;
}

/** Two nodes below may have the same one above. */
function distinctAbove(below: readonly Linked[]): readonly Linked[] {
  return [...new Set(below.map(({ above }) => above))].filter((above) => above !== undefined);
}

function grouped(nodes: readonly Linked[]): readonly (readonly Linked[])[] {
  const found = new Map<string, Linked[]>();
  for (const each of nodes) add(found, each);
  return [...found.values()];
}

function add(lists: Map<string, Linked[]>, each: Linked): void {
  const key = keyOf(each.node.place, each.node.function);
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [each]);
  else known.push(each);
}

interface Weight {
  readonly count: number;
  readonly oldestMs: number;
}

function weightOf(nodes: readonly Linked[]): Weight {
  return {
    count: nodes.reduce((sum, { node }) => sum + node.count, 0),
    oldestMs: nodes.reduce((most, { node }) => Math.max(most, node.oldestMs), 0),
  };
}

function heavierFirst(a: Weight, b: Weight): number {
  return b.count - a.count || b.oldestMs - a.oldestMs;
}

function placeOf(model: TraceModel, { place, function: around }: StuckNode): number {
  return placeAt(model, place).kind === 'unknown' ? around : place;
}

function keyOf(place: number, around: number): string {
  return `${place} ${around}`;
}
