import type { HeapGraph, ScriptPlace } from './heapGraph.ts';
import { listOf, numberOf } from './unknownFields.ts';

/**
 * Reads V8's heap snapshot piece by piece, as it comes out of the program. The whole is one JSON text of hundreds of megabytes, more than a
 * string of V8 may have; only its numbers and the names are kept.
 * The text is `{"snapshot":{"meta":…,"node_count":…},"nodes":[…],"edges":[…], … "locations":[…],"strings":[…]}`, always in this order.
 */
export interface SnapshotParser {
  push(chunk: string): void;
  /** What was read. Throws an `Error` when the text ended too early or is no snapshot. */
  finish(): HeapGraph;
}

/** Longest name that is kept whole: names are shown in one line. */
const maxName = 400;

export function snapshotParser(): SnapshotParser {
  let part: Part = headerPart();
  return {
    push(chunk) {
      let rest: string | undefined = chunk;
      while (rest !== undefined && rest !== '') {
        const after: PartResult = part.push(rest);
        if (after === undefined) return;
        ({ next: part, rest } = after);
      }
    },
    finish() {
      if (part.graph === undefined) throw new Error('The heap snapshot ended too early');
      return part.graph();
    },
  };
}

type PartResult = { readonly next: Part; readonly rest: string } | undefined;

/** A stretch of the text. Takes what comes until its own end, and then names the next one. */
interface Part {
  push(text: string): PartResult;
  /** Only the last part has all. */
  readonly graph?: () => HeapGraph;
}

/** What the header says about the arrays. */
interface Layout {
  readonly nodeFields: readonly unknown[];
  readonly nodeTypes: readonly string[];
  readonly edgeTypes: readonly string[];
  readonly nodeCount: number;
  readonly edgeCount: number;
}

function headerPart(): Part {
  let text = '';
  return {
    push(piece) {
      text += piece;
      const match = /,\s*"nodes"\s*:\s*\[/.exec(text);
      if (match === null) return undefined;
      const layout = readLayout(JSON.parse(`${text.slice(0, match.index)}}`));
      return { next: nodesPart(layout), rest: text.slice(match.index + match[0].length) };
    },
  };
}

function readLayout(header: unknown): Layout {
  const meta = (field: string): readonly unknown[] => listOf(header, 'snapshot', 'meta', field);
  const names = (field: string): string[] => {
    const [types] = meta(field);
    return Array.isArray(types) ? types.map(String) : [];
  };
  const nodeCount = numberOf(header, 'snapshot', 'node_count');
  const edgeCount = numberOf(header, 'snapshot', 'edge_count');
  const isKnown = meta('edge_fields').join() === 'type,name_or_index,to_node';
  if (nodeCount === undefined || edgeCount === undefined || !isKnown)
    throw new Error('The heap snapshot has a form that is not known here');
  return {
    nodeFields: meta('node_fields'),
    nodeTypes: names('node_types'),
    edgeTypes: names('edge_types'),
    nodeCount,
    edgeCount,
  };
}

/** Node types whose names are contents of the program's strings and the like: not kept, they can be secret and large. */
const contentTypes = new Set(['string', 'concatenated string', 'sliced string', 'number', 'bigint', 'regexp']);

function nodesPart(layout: Layout): Part {
  const { nodeFields, nodeCount } = layout;
  const columns = ['type', 'name', 'id', 'edge_count'].map((field) => nodeFields.indexOf(field));
  const nodeType = new Uint8Array(nodeCount);
  const nodeName = new Uint32Array(nodeCount);
  const nodeId = new Uint32Array(nodeCount);
  const firstEdge = new Uint32Array(nodeCount + 1);
  const [typeAt, nameAt, idAt, edgesAt] = columns;
  let [node, field] = [0, 0];
  const store = (value: number): void => {
    if (field === typeAt) nodeType[node] = value;
    else if (field === nameAt) nodeName[node] = value;
    else if (field === idAt) nodeId[node] = value;
    else if (field === edgesAt) firstEdge[node + 1] = (firstEdge[node] ?? 0) + value;
    field += 1;
    if (field < nodeFields.length) return;
    field = 0;
    node += 1;
  };
  const part = { layout, nodeType, nodeName, nodeId, firstEdge };
  return numbersPart(store, () => skipPart('"edges":[', () => edgesPart(part)));
}

type Nodes = Pick<HeapGraph, 'nodeType' | 'nodeName' | 'nodeId' | 'firstEdge'> & { readonly layout: Layout };

function edgesPart(nodes: Nodes): Part {
  const { edgeCount, nodeFields } = nodes.layout;
  const edgeType = new Uint8Array(edgeCount);
  const edgeName = new Uint32Array(edgeCount);
  const edgeTo = new Uint32Array(edgeCount);
  let [edge, field] = [0, 0];
  const store = (value: number): void => {
    if (field === 0) edgeType[edge] = value;
    else if (field === 1) edgeName[edge] = value;
    else edgeTo[edge] = value / nodeFields.length;
    field += 1;
    if (field < 3) return;
    field = 0;
    edge += 1;
  };
  const part = { ...nodes, edgeType, edgeName, edgeTo };
  return numbersPart(store, () => skipPart('"locations":[', () => locationsPart(part)));
}

type NodesAndEdges = Nodes & Pick<HeapGraph, 'edgeType' | 'edgeName' | 'edgeTo'>;

function locationsPart(part: NodesAndEdges): Part {
  const locations = new Map<number, ScriptPlace>();
  const row: number[] = [];
  const store = (value: number): void => {
    row.push(value);
    if (row.length < 4) return;
    const [node = 0, scriptId = 0, line = 0, column = 0] = row;
    locations.set(node / part.layout.nodeFields.length, { scriptId: String(scriptId), line, column });
    row.length = 0;
  };
  return numbersPart(store, () => skipPart('"strings":[', () => stringsPart(part, locations)));
}

/** Everything up to and including a text. */
function skipPart(until: string, next: () => Part): Part {
  let tail = '';
  return {
    push(text) {
      const all = tail + text;
      const at = all.indexOf(until);
      if (at >= 0) return { next: next(), rest: all.slice(at + until.length) };
      tail = all.slice(-until.length);
      return undefined;
    },
  };
}

const [zero, nine, bracket, minus] = [48, 57, 93, 45];

/** Whole numbers up to the `]` that ends their array. */
function numbersPart(store: (value: number) => void, next: () => Part): Part {
  let value = 0;
  let isOpen = false;
  return {
    push(text) {
      for (let at = 0; at < text.length; at += 1) {
        const unit = text.charCodeAt(at);
        if (unit >= zero && unit <= nine) {
          value = value * 10 + unit - zero;
          isOpen = true;
          continue;
        }
        // The only negative numbers are places that are not known.
        if (unit === minus) continue;
        if (isOpen) store(value);
        value = 0;
        isOpen = false;
        if (unit === bracket) return { next: next(), rest: text.slice(at + 1) };
      }
      return undefined;
    },
  };
}

function stringsPart(part: NodesAndEdges, locations: ReadonlyMap<number, ScriptPlace>): Part {
  const isNeeded = neededStrings(part);
  const strings: string[] = [];
  let rest = '';
  const { layout, ...columns } = part;
  const { nodeCount, nodeTypes, edgeTypes } = layout;
  return {
    push(text) {
      rest += text;
      let at = 0;
      for (;;) {
        const start = rest.indexOf('"', at);
        const end = start < 0 ? -1 : closingQuote(rest, start);
        if (end < 0) break;
        strings.push(isNeeded[strings.length] === 1 ? readName(rest.slice(start, end + 1)) : '');
        at = end + 1;
      }
      rest = rest.slice(at);
      return undefined;
    },
    graph: () => ({ nodeCount, nodeTypes, edgeTypes, ...columns, strings, locations }),
  };
}

/** Position of the quote that ends the string begun at `start`; -1 when it is not there yet. */
function closingQuote(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text[at - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return -1;
}

function readName(quoted: string): string {
  const parsed: unknown = JSON.parse(quoted);
  return typeof parsed === 'string' ? parsed.slice(0, maxName) : '';
}

/** 1 for each string that is the name of an object or of a reference. */
function neededStrings({ layout, nodeType, nodeName, edgeType, edgeName }: NodesAndEdges): Uint8Array {
  let last = 0;
  for (const name of nodeName) if (name > last) last = name;
  for (const name of edgeName) if (name > last) last = name;
  const needed = new Uint8Array(last + 1);
  const isContent = layout.nodeTypes.map((type) => contentTypes.has(type));
  const isNumber = layout.edgeTypes.map((type) => type === 'element' || type === 'hidden');
  for (let node = 0; node < nodeName.length; node += 1)
    if (isContent[nodeType[node] ?? 0] === false) needed[nodeName[node] ?? 0] = 1;
  for (let edge = 0; edge < edgeName.length; edge += 1)
    if (isNumber[edgeType[edge] ?? 0] === false) needed[edgeName[edge] ?? 0] = 1;
  return needed;
}
