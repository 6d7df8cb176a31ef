import { compareText } from '#analysis/finding.ts';
import type { Shape, ShapeKind } from './shapes.ts';

/** Trees of the same shape laid one over the other, as in merged parallel stacks. */
export interface TreeNode {
  readonly what: ShapeKind;
  /** How many there are. */
  readonly count: number;
  /** How many wait for them; more than `count` where several wait for the same one. */
  readonly waiters: number;
  /** Of a combinator: how many of its promises are still pending, the least and the most. */
  readonly pending: { readonly least: number; readonly most: number };
  readonly children: readonly TreeNode[];
  /** Branches that were left out: too deep or too many. */
  readonly hasMore: boolean;
}

export interface TreeOptions {
  /** Levels shown at most, from 1. */
  readonly depth: number;
}

/** Nodes at most: what nobody reads is not made. */
const maxNodes = 5000;

/** Merges trees by what stands at each node. Most frequent first. */
export function mergedTree(roots: readonly Counted[], options: TreeOptions): readonly TreeNode[] {
  return merge(roots, { ...options, left: { nodes: maxNodes } }, 1);
}

export interface Counted {
  readonly shape: Shape;
  readonly count: number;
}

interface Merging extends TreeOptions {
  readonly left: { nodes: number };
}

function merge(list: readonly Counted[], ctx: Merging, level: number): readonly TreeNode[] {
  const groups = new Map<string, Counted[]>();
  for (const each of list) {
    const key = JSON.stringify(each.shape.what);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return Array.from(groups.values())
    .flatMap((group) => mergedNode(group, ctx, level))
    .toSorted((a, b) => b.count - a.count || compareText(JSON.stringify(a.what), JSON.stringify(b.what)));
}

function mergedNode(group: readonly Counted[], ctx: Merging, level: number): readonly TreeNode[] {
  const [first] = group;
  if (first === undefined || ctx.left.nodes <= 0) return [];
  ctx.left.nodes -= 1;
  const distinct = new Map<Shape, number>();
  for (const { shape, count } of group) distinct.set(shape, (distinct.get(shape) ?? 0) + count);
  const waiters = group.reduce((sum, { count }) => sum + count, 0);
  const list = Array.from(distinct, ([shape, times]) => ({ shape, count: shape.isShared ? 1 : times }));
  const sizes = list.map(({ shape }) => shape.children.reduce((sum, child) => sum + child.count, 0));
  const below = list.flatMap(({ shape, count }) =>
    shape.children.map((child) => ({ shape: child.shape, count: child.count * count })),
  );
  const isCut = level >= ctx.depth || ctx.left.nodes <= 0;
  const children = isCut ? [] : merge(below, ctx, level + 1);
  return [
    {
      what: first.shape.what,
      count: list.reduce((sum, { count }) => sum + count, 0),
      waiters,
      pending: {
        least: sizes.reduce((least, size) => Math.min(least, size), Infinity),
        most: sizes.reduce((most, size) => Math.max(most, size), 0),
      },
      children,
      hasMore: children.length === 0 && below.length > 0,
    },
  ];
}
