import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edgesOf, nameOf, retainersOf, typeOf } from '#cli/ps/heapGraph.ts';
import { snapshotParser } from '#cli/ps/snapshotParser.ts';

const meta = {
  node_fields: ['type', 'name', 'id', 'self_size', 'edge_count', 'detachedness'],
  node_types: [['hidden', 'string', 'object', 'closure'], 'string', 'number', 'number', 'number', 'number'],
  edge_fields: ['type', 'name_or_index', 'to_node'],
  edge_types: [['context', 'element', 'property', 'weak'], 'string_or_number', 'node'],
  location_fields: ['object_index', 'script_id', 'line', 'column'],
};
const text = [
  `{"snapshot":{"meta":${JSON.stringify(meta)},"node_count":3,"edge_count":4,"trace_function_count":0},`,
  '"nodes":[0,0,1,0,3,0',
  ',2,1,3,0,1,0',
  ',1,2,4294967295,0,0,0],',
  '"edges":[2,3,6',
  ',1,17,12',
  ',3,3,12',
  ',0,4,12],',
  '"trace_function_infos":[],"trace_tree":[],"samples":[],',
  '"locations":[6,42,-1,7],',
  '"strings":["<root>","a \\"quoted\\\\","secret, ] }","próp","x"]}',
].join('\n');

test('a snapshot is read the same, wherever its pieces are cut', () => {
  for (const size of [1, 2, 3, 7, 64, text.length]) {
    const parser = snapshotParser();
    for (let at = 0; at < text.length; at += size) parser.push(text.slice(at, at + size));
    const graph = parser.finish();
    assert.deepEqual(
      Array.from({ length: graph.nodeCount }, (_, node) => [
        typeOf(graph, node),
        nameOf(graph, node),
        graph.nodeId[node],
      ]),
      // Contents of strings are not kept.
      [
        ['hidden', '<root>', 1],
        ['object', 'a "quoted\\', 3],
        ['string', '', 4_294_967_295],
      ],
    );
    assert.deepEqual(Array.from(edgesOf(graph, 0)), [
      { type: 'property', name: 'próp', node: 1 },
      { type: 'element', name: '17', node: 2 },
      { type: 'weak', name: 'próp', node: 2 },
    ]);
    assert.deepEqual(Array.from(retainersOf(graph)(2)), [
      { type: 'element', name: '17', node: 0 },
      { type: 'context', name: 'x', node: 1 },
    ]);
    assert.equal(graph.locations.get(1)?.scriptId, '42');
  }
});

test('a snapshot that ends too early, or has another form, is refused', () => {
  const cut = snapshotParser();
  cut.push(text.slice(0, -60).split('"strings"')[0] ?? '');
  assert.throws(() => cut.finish(), /ended too early/);
  const other = snapshotParser();
  assert.throws(() => other.push(text.replace('name_or_index', 'name')), /form that is not known/);
});
