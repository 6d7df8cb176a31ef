import { edgesOf, internalOf, nameOf, typeOf, type HeapGraph } from './heapGraph.ts';
import { asyncColumns, type AsyncColumns } from './asyncColumns.ts';

/**
 * Who waits for whom. Tasks are the objects that V8 keeps for calls of async functions and async generators, numbered as nodes of the heap;
 * promises are nodes too.
 */
export interface AsyncGraph {
  /** Tasks that wait at an await, each with its promise there. */
  readonly awaited: ReadonlyMap<number, readonly number[]>;
  /** The task whose end settles a promise: that of the call, or of a request to an async generator. */
  readonly ownerOf: ReadonlyMap<number, number>;
  /** Promises whose settling settles a promise, with how. Absent: none. */
  readonly sourcesOf: ReadonlyMap<number, readonly Source[]>;
  /** Functions that settle a promise made with `new Promise` or `withResolvers`. */
  readonly resolversOf: ReadonlyMap<number, readonly number[]>;
  /** The function of each task, suspended or not. */
  readonly functionOf: ReadonlyMap<number, number>;
  /** How many wait for a promise, in whatever way. Absent: nobody. */
  readonly reactionCount: ReadonlyMap<number, number>;
  /** Tasks that are the top level of a module. */
  readonly moduleTasks: ReadonlySet<number>;
}

export interface Source {
  readonly kind: SourceKind;
  readonly promise: number;
}

/** `follows`: by `.then`, by adoption, or because a module waits for one that it imports. `settles`: its outcome is passed on, as `Promise.race` does. */
export type SourceKind = 'all' | 'allSettled' | 'any' | 'settles' | 'follows';

const reactionName = 'system / PromiseReaction';
const capabilityName = 'system / PromiseCapability';
const requestName = 'system / AsyncGeneratorRequest';
const moduleName = 'system / SourceTextModule';
const waitingModulesName = 'system / ArrayList';

export function asyncGraph(graph: HeapGraph): AsyncGraph {
  const columns = asyncColumns(graph);
  const building: Building = {
    graph,
    columns,
    awaited: new Map(),
    sourcesOf: new Map(),
    ownerOf: new Map(),
    resolversOf: new Map(),
    reactionCount: new Map(),
  };
  for (const task of columns.functionOf.keys()) addOwner(building, task);
  for (const [closure, builtin] of columns.builtins) {
    const promise = isResolver(builtin) ? settledBy(graph, closure) : undefined;
    if (promise === undefined) continue;
    const both = building.resolversOf.get(promise) ?? [];
    // Who fulfills it says more than who could make it fail.
    building.resolversOf.set(promise, builtin.endsWith('Resolve') ? [closure, ...both] : [...both, closure]);
  }
  for (const [promise, reaction] of columns.reactionsOf)
    if (nameOf(graph, reaction) === reactionName) addReactions(building, promise, reaction);
  return { ...building, functionOf: columns.functionOf, moduleTasks: moduleTasks(graph, columns) };
}

interface Building {
  readonly graph: HeapGraph;
  readonly columns: AsyncColumns;
  readonly awaited: Map<number, number[]>;
  readonly sourcesOf: Map<number, Source[]>;
  readonly ownerOf: Map<number, number>;
  readonly resolversOf: Map<number, number[]>;
  readonly reactionCount: Map<number, number>;
}

function append<Value>(lists: Map<number, Value[]>, key: number, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

/** An async function has its promise in a field without a name; an async generator has a queue of requests there. */
function addOwner({ graph, ownerOf }: Building, task: number): void {
  for (const { type, node } of edgesOf(graph, task)) {
    if (type !== 'hidden') continue;
    if (typeOf(graph, node) === 'object') ownerOf.set(node, task);
    else if (nameOf(graph, node) === requestName)
      for (const promise of requestedPromises(graph, node)) ownerOf.set(promise, task);
  }
}

function* requestedPromises(graph: HeapGraph, first: number): Iterable<number> {
  const seen = new Set<number>();
  for (let request: number | undefined = first; request !== undefined && !seen.has(request);) {
    seen.add(request);
    let next: number | undefined;
    for (const { type, node } of edgesOf(graph, request)) {
      if (type !== 'hidden') continue;
      // The value passed in has a slot before that of the promise.
      if (nameOf(graph, node) === requestName) next = node;
      else if (typeOf(graph, node) === 'object') yield node;
    }
    request = next;
  }
}

function addReactions(building: Building, promise: number, first: number): void {
  const { graph } = building;
  const seen = new Set<number>();
  for (let reaction: number | undefined = first; reaction !== undefined && !seen.has(reaction);) {
    seen.add(reaction);
    let next: number | undefined;
    const handlers: number[] = [];
    const targets: number[] = [];
    for (const { type, node } of edgesOf(graph, reaction)) {
      if (type !== 'hidden') continue;
      if (typeOf(graph, node) === 'closure') handlers.push(node);
      else if (nameOf(graph, node) === reactionName) next = node;
      else targets.push(...promiseIn(building, node));
    }
    addReaction(building, promise, { handlers, targets });
    reaction = next;
  }
  building.reactionCount.set(promise, seen.size);
}

interface Reaction {
  /** What runs when the promise settles. */
  readonly handlers: readonly number[];
  /** Promises settled with the outcome of the handlers. */
  readonly targets: readonly number[];
}

/** A promise itself, or the one of a capability. Other objects in a reaction are contexts of AsyncLocalStorage. */
function promiseIn({ graph, columns, ownerOf }: Building, node: number): readonly number[] {
  if (nameOf(graph, node) === capabilityName) return objectsIn(graph, node);
  return columns.reactionsOf.has(node) || ownerOf.has(node) ? [node] : [];
}

function objectsIn(graph: HeapGraph, node: number): readonly number[] {
  return Array.from(edgesOf(graph, node)).flatMap((edge) =>
    edge.type === 'hidden' && typeOf(graph, edge.node) === 'object' ? [edge.node] : [],
  );
}

function addReaction(building: Building, promise: number, { handlers, targets }: Reaction): void {
  const { graph, columns } = building;
  const builtins = handlers.map((closure) => ({ closure, builtin: columns.builtins.get(closure) ?? '' }));
  const own = builtins.find(({ builtin }) => builtin !== '' && !isResolver(builtin)) ?? builtins[0];
  const { closure = -1, builtin = '' } = own ?? {};
  const add = (kind: SourceKind, target: number): void => append(building.sourcesOf, target, { kind, promise });
  if (/^Async(?:Function|Generator)/.test(builtin)) {
    const task = extensionOf(graph, closure);
    if (task !== undefined) append(building.awaited, task, promise);
    return;
  }
  const combinator = combinatorOf(builtin);
  if (combinator !== undefined) {
    for (const target of combined(graph, closure)) add(combinator, target);
  } else if (builtin.startsWith('CallAsyncModule')) {
    for (const target of modulePromises(graph, closure)) add('follows', target);
  } else if (isResolver(builtin)) {
    const target = settledBy(graph, closure);
    if (target !== undefined) add('settles', target);
  }
  for (const target of targets) add('follows', target);
}

function combinatorOf(builtin: string): SourceKind | undefined {
  if (builtin.startsWith('PromiseAllResolve')) return 'all';
  if (builtin.startsWith('PromiseAllSettled')) return 'allSettled';
  return builtin.startsWith('PromiseAnyReject') ? 'any' : undefined;
}

function isResolver(builtin: string): boolean {
  return builtin.startsWith('PromiseCapabilityDefaultRe');
}

/** Promise that a resolve or reject function settles: its context holds it. */
function settledBy(graph: HeapGraph, closure: number): number | undefined {
  const context = internalOf(graph, closure, 'context');
  return context === undefined ? undefined : objectsIn(graph, context)[0];
}

/** The promise of a combinator: the functions for its elements share a context with its capability. */
function combined(graph: HeapGraph, closure: number): readonly number[] {
  const context = internalOf(graph, closure, 'context');
  if (context === undefined) return [];
  return Array.from(edgesOf(graph, context)).flatMap(({ node }) =>
    nameOf(graph, node) === capabilityName ? objectsIn(graph, node).slice(0, 1) : [],
  );
}

function extensionOf(graph: HeapGraph, closure: number): number | undefined {
  const context = internalOf(graph, closure, 'context');
  return context === undefined ? undefined : internalOf(graph, context, 'extension');
}

/** Promises of a module whose own code awaits, and of the modules that wait for it to be evaluated. */
function modulePromises(graph: HeapGraph, closure: number): readonly number[] {
  const context = internalOf(graph, closure, 'context');
  const todo = context === undefined ? [] : modulesIn(graph, context);
  const seen = new Set<number>(todo);
  for (const module of todo) {
    for (const { node } of edgesOf(graph, module)) {
      // The modules that it imports are in arrays of another kind.
      if (nameOf(graph, node) !== waitingModulesName) continue;
      for (const parent of modulesIn(graph, node).filter((each) => !seen.has(each))) {
        seen.add(parent);
        todo.push(parent);
      }
    }
  }
  return todo.flatMap((module) => objectsIn(graph, module).filter((node) => nameOf(graph, node) === 'Promise'));
}

function modulesIn(graph: HeapGraph, node: number): number[] {
  return Array.from(edgesOf(graph, node)).flatMap((edge) =>
    nameOf(graph, edge.node) === moduleName ? [edge.node] : [],
  );
}

function moduleTasks(graph: HeapGraph, { functionOf }: AsyncColumns): ReadonlySet<number> {
  const found = new Set<number>();
  for (let node = 0; node < graph.nodeCount; node += 1) {
    if (nameOf(graph, node) !== moduleName) continue;
    for (const edge of edgesOf(graph, node)) if (functionOf.has(edge.node)) found.add(edge.node);
  }
  return found;
}
