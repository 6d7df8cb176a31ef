import { compareText } from '#analysis/finding.ts';
import { holderFinder, type Holder } from './holders.ts';
import { internalOf, nameOf, retainersOf, typeOf, type ScriptPlace } from './heapGraph.ts';
import { functionPlace, scriptOf, type Picture, type Script } from './picture.ts';
import { rootTasks, shapes, type Shape, type ShapeKind } from './shapes.ts';
import { sourcePlaces, type SourceOptions, type SourcePlace } from './sourcePlaces.ts';
import { mergedTree, type Counted, type TreeNode } from './taskTree.ts';

/** What waits in one thread, ready to be printed. */
export interface ThreadReport {
  /** 0 for the main thread. */
  readonly id: number;
  /** Script or name of a worker; '' for the main thread. */
  readonly title: string;
  readonly heapBytes: number;
  readonly pauseMs: number;
  /** Suspended calls of the program's own async functions. */
  readonly tasks: number;
  /** Of libraries and of Node itself, not in the trees. */
  readonly hidden: number;
  /** Calls of which only the function is known, not the await. */
  readonly unlocated: number;
  readonly roots: readonly WaitNode[];
}

/** A node of the tree: what stands there, and what it waits for. */
export interface WaitNode {
  readonly kind: ShapeKind['kind'];
  /** Function, or what is waited for, in words. */
  readonly label: string;
  /** The await of a task; the callback of a source. */
  readonly place?: SourcePlace;
  readonly count: number;
  /** How many wait for it, where that is more than there are of it. */
  readonly waiters?: number;
  readonly waitsFor: readonly WaitNode[];
  /** Branches below were left out. */
  readonly hasMore?: true;
}

export interface ReportOptions extends SourceOptions {
  readonly depth: number;
  readonly isShown: (script: Script | undefined) => boolean;
}

export interface ThreadOf {
  readonly id: number;
  readonly title: string;
  readonly heapBytes: number;
}

export function threadReport(picture: Picture, thread: ThreadOf, options: ReportOptions): ThreadReport {
  const { asyncs, located } = picture;
  const isShown = shownTasks(picture, options);
  const sites = siteTable(picture, options);
  const ctx = {
    asyncs,
    isShown,
    siteOf: sites.siteOf,
    viaOf: sites.viaOf,
    holderOf: holders(picture, options),
  };
  const roots = countShapes(shapes(ctx, rootTasks({ asyncs, isShown, compare: byPlace(picture) })));
  const label = labels(sites);
  const tree = mergedTree(
    Array.from(roots, ([shape, count]): Counted => ({ shape, count })),
    { depth: options.depth },
  );
  const shown = Array.from(asyncs.awaited.keys()).filter((task) => isShown(task)).length;
  return {
    ...thread,
    pauseMs: picture.pauseMs,
    tasks: shown,
    hidden: asyncs.awaited.size - shown,
    unlocated: located.missing,
    roots: sorted(tree.map((node) => waitNode(node, label))),
  };
}

function shownTasks({ graph, asyncs, scripts }: Picture, options: ReportOptions): (task: number) => boolean {
  return (task) => options.isShown(scripts.get(scriptOf(graph, asyncs, task) ?? ''));
}

/** By where their functions stand. */
function byPlace({ graph, asyncs }: Picture): (a: number, b: number) => number {
  const at = (task: number): ScriptPlace => functionPlace(graph, asyncs, task) ?? { scriptId: '', line: 0, column: 0 };
  return (a, b) => {
    const [one, other] = [at(a), at(b)];
    return compareText(one.scriptId, other.scriptId) || one.line - other.line || one.column - other.column;
  };
}

function countShapes(list: Iterable<Shape>): ReadonlyMap<Shape, number> {
  const counts = new Map<Shape, number>();
  for (const shape of list) counts.set(shape, (counts.get(shape) ?? 0) + 1);
  return counts;
}

function holders(picture: Picture, { isShown }: ReportOptions): (promise: number) => Holder {
  const { graph, asyncs, scripts } = picture;
  const retainers = retainersOf(graph);
  return holderFinder({ graph, asyncs, retainers, isOwn: (scriptId) => isShown(scripts.get(scriptId)) });
}

/** Numbers for pairs of function and await, so that shapes compare fast. */
interface SiteTable {
  readonly siteOf: (task: number) => number;
  readonly viaOf: (task: number) => string;
  label(site: number): Label;
  placeOf(place: ScriptPlace): SourcePlace;
}

type Label = Pick<WaitNode, 'label' | 'place'>;

function siteTable(picture: Picture, options: ReportOptions): SiteTable {
  const { graph, asyncs, located, scripts } = picture;
  const placeOf = sourcePlaces(scripts, options);
  const numbers = new Map<string, number>();
  const found: Label[] = [];
  return {
    siteOf(task) {
      const place = located.places.get(task);
      const name = functionName(picture, task, placeOf);
      const key = `${name} ${place?.scriptId}:${place?.line}:${place?.column}`;
      const before = numbers.get(key);
      if (before !== undefined) return before;
      numbers.set(key, found.length);
      found.push({ label: name, ...(place !== undefined && { place: placeOf(place) }) });
      return found.length - 1;
    },
    viaOf(task) {
      const script = scripts.get(scriptOf(graph, asyncs, task) ?? '');
      const name = nameOf(graph, asyncs.functionOf.get(task) ?? -1);
      return `${name === '' ? 'a function' : name} of ${libraryOf(script?.url ?? '')}`;
    },
    label: (site) => found[site] ?? { label: '' },
    placeOf,
  };
}

/** `node:fs/promises` and the like, or the package in node_modules. */
function libraryOf(url: string): string {
  const [, name] = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return name ?? (url === '' ? 'evaluated code' : url.replace('node:internal/', 'node:'));
}

/** `load`, `Store.load`, `module src/main.ts`; functions without a name are called by their place. */
function functionName(picture: Picture, task: number, placeOf: SiteTable['placeOf']): string {
  const { graph, asyncs } = picture;
  const place = functionPlace(graph, asyncs, task);
  const where = place === undefined ? undefined : placeOf(place);
  if (asyncs.moduleTasks.has(task)) return `module ${where?.file ?? ''}`.trimEnd();
  const name = nameOf(graph, asyncs.functionOf.get(task) ?? -1);
  if (name === '')
    return where === undefined ? '(anonymous)' : `(anonymous ${where.file}:${where.line}:${where.column})`;
  const owner = className(picture, task);
  return owner === undefined ? name : `${owner}.${name}`;
}

const plainReceivers = new Set(['', 'Object', 'Array', 'global', 'Window', 'Module', 'Function']);

function className({ graph }: Picture, task: number): string | undefined {
  const receiver = internalOf(graph, task, 'receiver');
  if (receiver === undefined || !['object', 'closure'].includes(typeOf(graph, receiver))) return undefined;
  const name = nameOf(graph, receiver);
  return plainReceivers.has(name) || !/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? undefined : name;
}

const combinators = { all: 'Promise.all', allSettled: 'Promise.allSettled', any: 'Promise.any', race: 'Promise.race' };

function labels(sites: SiteTable): (node: TreeNode) => Label {
  return ({ what, pending: { least, most } }) => {
    switch (what.kind) {
      case 'task':
        return sites.label(what.site);
      case 'running':
        return { label: what.site === undefined ? 'a task that runs' : `${sites.label(what.site).label}, which runs` };
      case 'cycle':
        return {
          label: `${what.site === undefined ? 'a task' : sites.label(what.site).label} above: they wait for each other`,
        };
      case 'leaf':
        return leafLabel(what, sites);
      default:
        return { label: `${combinators[what.kind]}, ${least === most ? least : `${least} to ${most}`} pending` };
    }
  };
}

function leafLabel({ holder, via }: Extract<ShapeKind, { kind: 'leaf' }>, sites: SiteTable): Label {
  const through = via === undefined ? '' : `, in ${via}`;
  switch (holder.kind) {
    case 'source': {
      const place = holder.callback === undefined ? undefined : sites.placeOf(holder.callback);
      return { label: holder.what + through, ...(place !== undefined && { place }) };
    }
    case 'kept':
      return { label: `promise whose resolve function is kept in \`${holder.where}\`${through}` };
    case 'nothing':
      return { label: `promise that nothing can settle any more${through}` };
    case 'unknown':
      return { label: `promise with no visible resolver${through}` };
    default:
      return holder satisfies never;
  }
}

function waitNode(node: TreeNode, label: (node: TreeNode) => Label): WaitNode {
  return {
    kind: node.what.kind,
    ...label(node),
    count: node.count,
    ...(node.waiters > node.count && { waiters: node.waiters }),
    waitsFor: sorted(node.children.map((child) => waitNode(child, label))),
    ...(node.hasMore && { hasMore: true }),
  };
}

/** Most frequent first, then by what is read. */
function sorted(nodes: readonly WaitNode[]): readonly WaitNode[] {
  return nodes.toSorted((a, b) => b.count - a.count || comparePlace(a.place, b.place) || compareText(a.label, b.label));
}

function comparePlace(a: SourcePlace | undefined, b: SourcePlace | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareText(a.file, b.file) || a.line - b.line || a.column - b.column;
}
