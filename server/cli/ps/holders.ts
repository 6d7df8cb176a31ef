import type { AsyncGraph } from './asyncGraph.ts';
import {
  internalOf,
  nameOf,
  typeOf,
  type Edge,
  type HeapGraph,
  type Retainers,
  type ScriptPlace,
} from './heapGraph.ts';

/** What could settle a promise that no task and no other promise settles. */
export type Holder =
  /** Something of Node, in plain words; with the place of the callback of the program that it will run, when there is one. */
  | { readonly kind: 'source'; readonly what: string; readonly callback: ScriptPlace | undefined }
  /** The resolve function is kept by the program itself, in this variable or property. */
  | { readonly kind: 'kept'; readonly where: string }
  /** Nothing holds a function that could settle it, so it never will. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unknown' };

export interface HolderContext {
  readonly graph: HeapGraph;
  readonly asyncs: AsyncGraph;
  readonly retainers: Retainers;
  /** Whether a script is the program's own, and not a part of Node or of a library. */
  readonly isOwn: (scriptId: string) => boolean;
}

/** Classes of Node's own objects, and what they are to people. */
const sources: ReadonlyMap<string, string> = new Map([
  ['Timeout', 'timer'],
  ['Immediate', 'setImmediate'],
  ['FSReqPromise', 'file system'],
  ['FSReqCallback', 'file system'],
  ['FSEvent', 'file watcher'],
  ['FSWatcher', 'file watcher'],
  ['StatWatcher', 'file watcher'],
  ['ReadFileJob', 'file system'],
  ['FileHandle', 'file'],
  ['ReadStream', 'file stream'],
  ['WriteStream', 'file stream'],
  ['GetAddrInfoReqWrap', 'DNS lookup'],
  ['QueryReqWrap', 'DNS lookup'],
  ['ChannelWrap', 'DNS lookup'],
  ['ChildProcess', 'child process'],
  ['ClientRequest', 'HTTP request'],
  ['IncomingMessage', 'HTTP message'],
  ['ServerResponse', 'HTTP response'],
  ['ClientHttp2Session', 'HTTP/2 session'],
  ['ClientHttp2Stream', 'HTTP/2 stream'],
  ['Fetch', 'fetch'],
  ['FetchController', 'fetch'],
  ['Socket', 'socket'],
  ['TLSSocket', 'socket'],
  ['TCP', 'socket'],
  ['TCPConnectWrap', 'socket'],
  ['TLSWrap', 'socket'],
  ['UDP', 'UDP socket'],
  ['Pipe', 'pipe'],
  ['PipeConnectWrap', 'pipe'],
  ['TTY', 'terminal'],
  ['Server', 'server'],
  ['Interface', 'readline'],
  ['Worker', 'worker thread'],
  ['MessagePort', 'message port'],
  ['BroadcastChannel', 'broadcast channel'],
  ['AbortSignal', 'abort signal'],
  ['WebSocket', 'WebSocket'],
  ['Zlib', 'compression'],
  ['ReadableStream', 'web stream'],
  ['WritableStream', 'web stream'],
  ['Readable', 'stream'],
  ['Writable', 'stream'],
  ['Duplex', 'stream'],
  ['Transform', 'stream'],
  ['PassThrough', 'stream'],
  ['EventEmitter', 'event emitter'],
  ['EventTarget', 'event target'],
]);

/** Classes through which the program mostly passes on what something else does: only named when nothing else is found. */
const vague: ReadonlySet<string> = new Set(['AbortSignal', 'EventEmitter', 'EventTarget']);

/** Limits of one search: objects visited, references gone back, references to one object. */
const [maxVisited, maxDepth, maxRetainers] = [300, 9, 200];

/** Looks back from a promise's resolve functions for who holds them, nearest first. Many promises are kept in one place: what is above it is looked up once. */
export function holderFinder(context: HolderContext): (promise: number) => Holder {
  const ctx: Finding = { ...context, globals: new Map() };
  const above = new Map<number, Found>();
  const lookAbove = (node: number): Found => {
    const known = above.get(node) ?? search(ctx, [{ node, callback: undefined, event: undefined }]);
    above.set(node, known);
    return known;
  };
  return (promise) => {
    const resolvers = ctx.asyncs.resolversOf.get(promise) ?? [];
    if (resolvers.length === 0) return nativeHolder(ctx, promise);
    const found: Found = { isHeld: false };
    for (const resolver of resolvers)
      for (const step of oneBack(ctx, { node: resolver, callback: undefined, event: undefined }, found)) {
        if (found.source !== undefined) return found.source;
        const higher = lookAbove(step.node);
        if (higher.source !== undefined) return withCallback(higher.source, step.callback);
        found.vague ??= higher.vague;
        found.kept ??= higher.kept;
      }
    return judged(found);
  };
}

interface Finding extends HolderContext {
  /** Answers of `isGlobal`: arrays with thousands of elements are asked about thousands of times. */
  readonly globals: Map<number, boolean>;
}

type NodeSource = Extract<Holder, { kind: 'source' }>;

function withCallback(source: NodeSource, callback: ScriptPlace | undefined): Holder {
  return callback === undefined ? source : { ...source, callback };
}

/** What a search has come upon. */
interface Found {
  source?: NodeSource;
  vague?: NodeSource | undefined;
  /** A name for where the program keeps it. */
  kept?: string | undefined;
  /** Whether anything at all holds it. */
  isHeld: boolean;
}

function judged({ source, vague: weak, kept, isHeld }: Found): Holder {
  if (source !== undefined) return source;
  if (weak !== undefined && (kept === undefined || weak.what.includes('event `') || weak.callback !== undefined))
    return weak;
  if (kept !== undefined) return { kind: 'kept', where: kept };
  return { kind: isHeld ? 'unknown' : 'nothing' };
}

interface Step {
  readonly node: number;
  /** The function of the program nearest to the promise on the way here. */
  readonly callback: ScriptPlace | undefined;
  /** Name under which a plain object holds what led here: for the listeners of an emitter, the event. */
  readonly event: string | undefined;
}

function search(ctx: Finding, start: readonly Step[]): Found {
  const found: Found = { isHeld: false };
  const visited = new Set(start.map(({ node }) => node));
  let level = start;
  for (let depth = 0; depth < maxDepth && level.length > 0 && visited.size < maxVisited; depth += 1) {
    const next: Step[] = [];
    for (const step of level)
      for (const higher of oneBack(ctx, step, found)) {
        if (found.source !== undefined) return found;
        if (visited.has(higher.node)) continue;
        // An emitter that also gets a listener for errors is waited for because of the other event.
        if (higher.event !== 'error') visited.add(higher.node);
        next.push(higher);
      }
    level = next.toSorted((a, b) => Number(a.event === 'error') - Number(b.event === 'error'));
  }
  return found;
}

/** Who holds an object. Notes what it comes upon; ends with the first thing of Node. */
function* oneBack(ctx: Finding, { node, callback, event }: Step, found: Found): Iterable<Step> {
  let left = maxRetainers;
  for (const edge of ctx.retainers(node)) {
    left -= 1;
    if (left < 0) return;
    if (!isWay(ctx, edge)) continue;
    found.isHeld = true;
    const source = sourceAt(ctx, edge, { callback, event });
    if (source !== undefined && !vague.has(nameOf(ctx.graph, edge.node))) {
      found.source = source;
      yield { node: edge.node, callback, event };
      return;
    }
    found.vague ??= source;
    found.kept = better(found.kept, keptIn(ctx, edge));
    if (isShared(ctx, edge) || isGlobal(ctx, edge.node)) continue;
    const isPlain = edge.type === 'property' && nameOf(ctx.graph, edge.node) === 'Object';
    yield {
      node: edge.node,
      callback: callback ?? ownFunction(ctx, edge.node),
      event: isPlain ? edge.name : edge.type === 'element' || edge.name === '_events' ? event : undefined,
    };
  }
}

function sourceAt(ctx: Finding, edge: Edge, step: Omit<Step, 'node'>): NodeSource | undefined {
  const { graph } = ctx;
  if (typeOf(graph, edge.node) !== 'object') return undefined;
  const name = nameOf(graph, edge.node);
  const isOperation = !containers.has(name) && !isGlobal(ctx, edge.node) && isNative(graph, edge.node);
  const what = sources.get(name) ?? (isOperation ? `native operation (${name})` : undefined);
  if (what === undefined) return undefined;
  const event = edge.name === '_events' && step.event !== undefined ? `, event \`${step.event}\`` : '';
  return { kind: 'source', what: what + event, callback: step.callback };
}

/** Whether an object stands for something outside JavaScript. */
function isNative(graph: HeapGraph, node: number): boolean {
  const native = internalOf(graph, node, 'javascript_to_native');
  return native !== undefined && nameOf(graph, native).startsWith('Node / ');
}

/** A variable of the global object is the least telling: everything there can be reached from everywhere. */
function better(before: string | undefined, now: string | undefined): string | undefined {
  if (before === undefined || (before.startsWith('globalThis.') && now !== undefined)) return now ?? before;
  return before;
}

/** References that mean that somebody could call the function. A task that has it in a variable is not looked into: it may be the one that waits. */
function isWay({ graph, asyncs }: HolderContext, { type, name, node }: Edge): boolean {
  if (type === 'shortcut' || name === 'feedback_cell' || name === 'shared') return false;
  const kind = typeOf(graph, node);
  return (
    kind !== 'synthetic' &&
    kind !== 'code' &&
    !asyncs.functionOf.has(node) &&
    !nameOf(graph, node).startsWith('system / Promise')
  );
}

const containers = new Set(['Object', 'Array', 'Map', 'Set', 'WeakMap', 'Promise']);

/** Its class is `global` with something behind it, or on Node 20 `Object` with the field that only it has. */
function isGlobal({ graph, globals }: Finding, node: number): boolean {
  const known = globals.get(node);
  if (known !== undefined) return known;
  const name = nameOf(graph, node);
  const is =
    /^(?:global|Window)\b/.test(name) || (name === 'Object' && internalOf(graph, node, 'global_proxy') !== undefined);
  globals.set(node, is);
  return is;
}

/** A variable of the program, or a property of an object with a class. */
function keptIn(ctx: Finding, { type, name, node }: Edge): string | undefined {
  const { graph } = ctx;
  if (type === 'context') return isOwnContext(ctx, node) && !resolveNames.test(name) ? name : undefined;
  if (type !== 'property' || typeOf(graph, node) !== 'object') return undefined;
  if (isGlobal(ctx, node)) return `globalThis.${name}`;
  const owner = nameOf(graph, node);
  return owner === '' || containers.has(owner) ? undefined : `${owner}.${name}`;
}

/** Parameters of the function given to `new Promise`: they say nothing. */
const resolveNames = /^(?:resolve|reject|res|rej|r|_resolve|_reject|fulfill|done|ok|fail)$/;

function isOwnContext({ graph, retainers, isOwn }: HolderContext, context: number): boolean {
  for (const { node } of retainers(context)) {
    const place = typeOf(graph, node) === 'closure' ? graph.locations.get(node) : undefined;
    if (place !== undefined) return isOwn(place.scriptId);
  }
  return true;
}

/**
 * How many functions may share a variable before the way through it says nothing: all functions of a module see its variables. Scopes inside
 * Node are known to be narrow.
 */
const [maxSharers, maxSharersInNode] = [4, 12];

function isShared(ctx: HolderContext, { type, node }: Edge): boolean {
  if (type !== 'context') return false;
  const most = isOwnContext(ctx, node) ? maxSharers : maxSharersInNode;
  let sharers = 0;
  for (const edge of ctx.retainers(node)) {
    if (typeOf(ctx.graph, edge.node) !== 'closure') continue;
    sharers += 1;
    if (sharers > most) return true;
  }
  return false;
}

function ownFunction({ graph, isOwn }: HolderContext, node: number): ScriptPlace | undefined {
  const place = typeOf(graph, node) === 'closure' ? graph.locations.get(node) : undefined;
  return place !== undefined && isOwn(place.scriptId) ? place : undefined;
}

/** Promises made by Node itself hang on the object that stands for the operation. */
function nativeHolder({ graph, retainers }: HolderContext, promise: number): Holder {
  let isHeldNatively = false;
  for (const { node } of retainers(promise)) {
    const what = sources.get(nameOf(graph, node));
    if (what !== undefined) return { kind: 'source', what, callback: undefined };
    isHeldNatively ||= ['native', 'synthetic'].includes(typeOf(graph, node));
  }
  return isHeldNatively ? { kind: 'source', what: 'native code', callback: undefined } : { kind: 'unknown' };
}
