/**
 * Objects of a heap and the references between them, as V8's heap snapshot has them. Nodes and edges are numbered from 0; node 0 is the root.
 * Columns instead of objects: a heap of 100 MB has millions of references.
 */
export interface HeapGraph {
  readonly nodeCount: number;
  /** Index into `nodeTypes`. */
  readonly nodeType: Uint8Array;
  /** Index into `strings`. */
  readonly nodeName: Uint32Array;
  /** What `HeapProfiler.getObjectByHeapObjectId` understands. */
  readonly nodeId: Uint32Array;
  /** Edges of node `n` are those from `firstEdge[n]` to before `firstEdge[n + 1]`. */
  readonly firstEdge: Uint32Array;
  /** Index into `edgeTypes`. */
  readonly edgeType: Uint8Array;
  /** Index into `strings`; for elements and hidden edges the slot itself. */
  readonly edgeName: Uint32Array;
  readonly edgeTo: Uint32Array;
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  /** Texts of objects and properties; those of JavaScript strings are left out, `''` stands for them. */
  readonly strings: readonly string[];
  /** Where the function of a closure or generator is defined, by node. */
  readonly locations: ReadonlyMap<number, ScriptPlace>;
}

/** A place in a script of the program, 0-based. */
export interface ScriptPlace {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}

/** One reference. */
export interface Edge {
  readonly type: string;
  /** Of a property, variable or internal field; the slot's number for elements and hidden ones. */
  readonly name: string;
  /** The other end: where it leads to, or for a retainer where it comes from. */
  readonly node: number;
}

/** Class of an object, name of a function, or V8's word for an internal thing. */
export function nameOf(graph: HeapGraph, node: number): string {
  return graph.strings[graph.nodeName[node] ?? 0] ?? '';
}

export function typeOf(graph: HeapGraph, node: number): string {
  return graph.nodeTypes[graph.nodeType[node] ?? 0] ?? '';
}

/** References out of an object. */
export function* edgesOf(graph: HeapGraph, node: number): Iterable<Edge> {
  const end = graph.firstEdge[node + 1] ?? 0;
  for (let at = graph.firstEdge[node] ?? 0; at < end; at += 1) yield edgeAt(graph, at);
}

/** Where the internal field of that name leads; `undefined` when there is none. */
export function internalOf(graph: HeapGraph, node: number, name: string): number | undefined {
  for (const edge of edgesOf(graph, node)) if (edge.type === 'internal' && edge.name === name) return edge.node;
  return undefined;
}

/** References into objects, from strong edges only. */
export type Retainers = (node: number) => Iterable<Edge>;

/** Turns all references round, once; two words per reference. */
export function retainersOf(graph: HeapGraph): Retainers {
  const { nodeCount, firstEdge, edgeTo, edgeType } = graph;
  const weak = graph.edgeTypes.indexOf('weak');
  const first = new Uint32Array(nodeCount + 1);
  for (let at = 0; at < edgeTo.length; at += 1) {
    const to = (edgeTo[at] ?? 0) + 1;
    if (edgeType[at] !== weak) first[to] = (first[to] ?? 0) + 1;
  }
  for (let node = 0; node < nodeCount; node += 1) first[node + 1] = (first[node + 1] ?? 0) + (first[node] ?? 0);
  const next = first.slice();
  const edges = new Uint32Array(first[nodeCount] ?? 0);
  const sources = new Uint32Array(edges.length);
  for (let node = 0; node < nodeCount; node += 1) {
    const end = firstEdge[node + 1] ?? 0;
    for (let at = firstEdge[node] ?? 0; at < end; at += 1) {
      if (edgeType[at] === weak) continue;
      const to = edgeTo[at] ?? 0;
      const slot = next[to] ?? 0;
      next[to] = slot + 1;
      edges[slot] = at;
      sources[slot] = node;
    }
  }
  return function* retainers(node) {
    const end = first[node + 1] ?? 0;
    for (let slot = first[node] ?? 0; slot < end; slot += 1)
      yield { ...edgeAt(graph, edges[slot] ?? 0), node: sources[slot] ?? 0 };
  };
}

function edgeAt(graph: HeapGraph, at: number): Edge {
  const type = graph.edgeTypes[graph.edgeType[at] ?? 0] ?? '';
  const written = graph.edgeName[at] ?? 0;
  const isNumber = type === 'element' || type === 'hidden';
  return { type, name: isNumber ? String(written) : (graph.strings[written] ?? ''), node: graph.edgeTo[at] ?? 0 };
}
