import { nameOf, type HeapGraph } from './heapGraph.ts';

/** What one pass over all references finds. */
export interface AsyncColumns {
  /** Function of each generator-like object: calls of async functions, async generators, generators. */
  readonly functionOf: ReadonlyMap<number, number>;
  /** First reaction of each pending promise that has one, and the outcome of settled ones. */
  readonly reactionsOf: ReadonlyMap<number, number>;
  /** V8's name for the closures that it makes itself, such as `PromiseAllResolveElementClosure`. */
  readonly builtins: ReadonlyMap<number, string>;
}

export function asyncColumns(graph: HeapGraph): AsyncColumns {
  const { nodeCount, firstEdge, edgeType, edgeName, edgeTo, strings } = graph;
  const functionOf = new Map<number, number>();
  const reactionsOf = new Map<number, number>();
  const builtins = new Map<number, string>();
  const internal = graph.edgeTypes.indexOf('internal');
  const closure = graph.nodeTypes.indexOf('closure');
  const [functionName, reactionsName, codeName] = ['function', 'reactions_or_result', 'code'].map((name) =>
    strings.indexOf(name),
  );
  const builtinOf = builtinNames(graph);
  for (let node = 0; node < nodeCount; node += 1) {
    const end = firstEdge[node + 1] ?? 0;
    for (let at = firstEdge[node] ?? 0; at < end; at += 1) {
      if (edgeType[at] !== internal) continue;
      const name = edgeName[at];
      const to = edgeTo[at] ?? 0;
      if (name === functionName) functionOf.set(node, to);
      else if (name === reactionsName) reactionsOf.set(node, to);
      else if (name === codeName && graph.nodeType[node] === closure) {
        const builtin = builtinOf(to);
        if (builtin !== undefined) builtins.set(node, builtin);
      }
    }
  }
  return { functionOf, reactionsOf, builtins };
}

/** Only these are looked at; most closures share a handful of others, such as `CompileLazy`. */
const interesting = /^\(((?:Promise|Async|CallAsyncModule)\w*) builtin (?:code|handle)\)$/;

function builtinNames(graph: HeapGraph): (code: number) => string | undefined {
  const known = new Map<number, string | undefined>();
  return (code) => {
    if (!known.has(code)) known.set(code, interesting.exec(nameOf(graph, code))?.[1]);
    return known.get(code);
  };
}
