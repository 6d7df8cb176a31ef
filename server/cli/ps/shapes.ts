import type { AsyncGraph, Source } from './asyncGraph.ts';
import type { Holder } from './holders.ts';

/**
 * What a task or a promise waits for, without saying which task: those that look the same share one shape. So 40,000 handlers at one
 * await are one shape, and comparing two is comparing references.
 */
export interface Shape {
  readonly id: number;
  readonly what: ShapeKind;
  /** There is only one of it, and several wait for it. */
  readonly isShared: boolean;
  /** What has to settle first, each once. */
  readonly children: readonly { readonly shape: Shape; readonly count: number }[];
}

export type ShapeKind =
  /** A task at an await; `site` is the caller's number for function and place. */
  | { readonly kind: 'task'; readonly site: number }
  | { readonly kind: 'all' | 'allSettled' | 'any' | 'race' }
  /** `via`: function of Node or a library in between, nearest to the program. */
  | { readonly kind: 'leaf'; readonly holder: Holder; readonly via: string | undefined }
  /** A task that is not at an await: it is about to run, or a generator that waits to be asked. */
  | { readonly kind: 'running'; readonly site: number | undefined }
  /** The wait leads back to where it came from. */
  | { readonly kind: 'cycle'; readonly site: number | undefined };

export interface ShapesContext {
  readonly asyncs: AsyncGraph;
  readonly isShown: (task: number) => boolean;
  /** Number that tells function and place of a shown task. */
  readonly siteOf: (task: number) => number;
  /** Name of a task's function, for those not shown. */
  readonly viaOf: (task: number) => string;
  readonly holderOf: (promise: number) => Holder;
}

/** The shapes of these tasks, in their order. A circle is cut where it is entered first. */
export function shapes(ctx: ShapesContext, roots: readonly number[]): readonly Shape[] {
  const done = new Map<number, Shape>();
  const building: Building = { ctx, done, known: new Map() };
  return roots.flatMap((task) => {
    visit(building, task);
    return done.get(task) ?? [];
  });
}

interface Building {
  readonly ctx: ShapesContext;
  readonly done: Map<number, Shape>;
  readonly known: Map<string, Shape>;
}

/** Children first, on a stack of its own: a chain may be longer than the call stack. */
function visit(building: Building, start: number): void {
  const { ctx, done } = building;
  const open = new Set<number>();
  const stack = [start];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    const needed = open.has(node)
      ? []
      : dependencies(ctx.asyncs, node).filter((each) => !done.has(each) && !open.has(each));
    open.add(node);
    if (needed.length > 0) {
      stack.push(...needed);
      continue;
    }
    stack.pop();
    if (!done.has(node)) done.set(node, withSharing(building, node, shapeOf(building, node)));
    open.delete(node);
  }
}

/** Promises that a task awaits; for a promise the task or the promises that settle it. */
function dependencies(asyncs: AsyncGraph, node: number): readonly number[] {
  const awaited = asyncs.awaited.get(node);
  if (awaited !== undefined) return awaited;
  const owner = asyncs.ownerOf.get(node);
  if (owner !== undefined) return [owner];
  return (asyncs.sourcesOf.get(node) ?? []).map(({ promise }) => promise);
}

/** What several wait for keeps a shape of its own: it must not be counted once for each of them. */
function withSharing({ ctx, known }: Building, node: number, shape: Shape): Shape {
  if (shape.isShared || (ctx.asyncs.reactionCount.get(node) ?? 0) < 2) return shape;
  const own = { ...shape, id: known.size, isShared: true };
  known.set(`shared ${node}`, own);
  return own;
}

function shapeOf(building: Building, node: number): Shape {
  const { ctx } = building;
  const children = dependencies(ctx.asyncs, node).map((each) => building.done.get(each) ?? cycle(building, each));
  if (ctx.asyncs.functionOf.has(node)) return taskShape(building, node, children);
  if (ctx.asyncs.ownerOf.has(node)) return children[0] ?? cycle(building, node);
  const sources = ctx.asyncs.sourcesOf.get(node);
  if (sources === undefined) return intern(building, { kind: 'leaf', holder: ctx.holderOf(node), via: undefined }, []);
  const kind = combinatorOf(sources);
  const [only] = children;
  return kind === undefined && only !== undefined ? only : intern(building, { kind: kind ?? 'race' }, children);
}

function taskShape(building: Building, task: number, children: readonly Shape[]): Shape {
  const { ctx } = building;
  const isShown = ctx.isShown(task);
  if (!ctx.asyncs.awaited.has(task))
    return intern(building, { kind: 'running', site: isShown ? ctx.siteOf(task) : undefined }, []);
  if (isShown) return intern(building, { kind: 'task', site: ctx.siteOf(task) }, children);
  const [only] = children;
  if (only?.what.kind === 'leaf') return intern(building, { ...only.what, via: ctx.viaOf(task) }, []);
  return only ?? cycle(building, task);
}

/** `undefined` for a promise that only passes one other on. */
function combinatorOf(sources: readonly Source[]): 'all' | 'allSettled' | 'any' | 'race' | undefined {
  for (const { kind } of sources) if (kind !== 'settles' && kind !== 'follows') return kind;
  return sources.length > 1 ? 'race' : undefined;
}

function cycle(building: Building, node: number): Shape {
  const { asyncs, isShown, siteOf } = building.ctx;
  const task = asyncs.functionOf.has(node) ? node : asyncs.ownerOf.get(node);
  return intern(building, { kind: 'cycle', site: task !== undefined && isShown(task) ? siteOf(task) : undefined }, []);
}

function intern({ known }: Building, what: ShapeKind, shapesBelow: readonly Shape[]): Shape {
  const children = counted(shapesBelow);
  const key = `${JSON.stringify(what)} ${children.map(({ shape, count }) => `${shape.id}x${count}`).join(' ')}`;
  const before = known.get(key);
  if (before !== undefined) return before;
  const shape = { id: known.size, what, isShared: false, children };
  known.set(key, shape);
  return shape;
}

function counted(list: readonly Shape[]): Shape['children'] {
  const counts = new Map<Shape, number>();
  for (const shape of list) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  return Array.from(counts, ([shape, count]) => ({ shape, count })).toSorted((a, b) => a.shape.id - b.shape.id);
}

/**
 * Shown tasks that no other shown task waits for, directly or through promises and tasks that are not shown. Of tasks that wait for each
 * other in a circle one is named, so that each circle is seen.
 */
export function rootTasks({ asyncs, isShown, compare }: RootsContext): readonly number[] {
  const shown = Array.from(asyncs.awaited.keys()).filter((task) => isShown(task));
  const seen = new Set<number>();
  for (const task of shown) markAwaited(asyncs, { from: task, seen, isEnd: isShown });
  const roots = shown.filter((task) => !seen.has(task));
  const reached = new Set<number>();
  for (const task of roots) markAwaited(asyncs, { from: task, seen: reached, isEnd: () => false });
  for (const task of shown.filter((each) => !reached.has(each)).toSorted(compare)) {
    if (reached.has(task) || !seen.has(task)) continue;
    roots.push(task);
    reached.add(task);
    markAwaited(asyncs, { from: task, seen: reached, isEnd: () => false });
  }
  return roots;
}

interface RootsContext extends Pick<ShapesContext, 'asyncs' | 'isShown'> {
  /** Order of tasks that does not depend on the heap's. */
  readonly compare: (a: number, b: number) => number;
}

interface Marking {
  readonly from: number;
  /** What has been reached so far, by this and earlier walks. */
  readonly seen: Set<number>;
  /** Where a walk does not go on. */
  readonly isEnd: (task: number) => boolean;
}

function markAwaited(asyncs: AsyncGraph, { from, seen, isEnd }: Marking): void {
  const stack = [...dependencies(asyncs, from)];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    if (!asyncs.functionOf.has(node) || !isEnd(node)) stack.push(...dependencies(asyncs, node));
  }
}
