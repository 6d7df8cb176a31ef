/** The ways back: from text to text, and from columns to columns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertionMark as mark, originalText } from '#protocol/insertions.ts';
import { LineTable } from '#hook/transform/lineTable.ts';
import { originalColumn } from '#hook/transform/originalColumn.ts';
import { transformModule } from '#hook/transform/transformModule.ts';

test('text without marks comes back as it is', () => {
  assert.equal(originalText('function () { [native code] }'), 'function () { [native code] }');
});

test('a function may end inside an inserted piece', () => {
  assert.equal(originalText(`async () =>${mark}{try{return (${mark} 1${mark})}finally{}}`), 'async () => 1');
});

const source = `async function f(ids) {\r\n  try { await g(await ids); } catch {}\u2028  for await (const x of ids) h(x), await x\n  (1)\n}\rconst k = async () =>\n  1, l = [f(await0), async x => x]; f(); f();\nf()\n`;

test('every character has its column again', () => {
  const result = transformModule(source, { format: 'commonjs', file: 1, firstSite: 1, name: 'x' });
  assert.ok(result !== undefined);
  const [before, after] = [new LineTable(source), new LineTable(result.code)];
  let at = 0;
  for (const [index, piece] of result.code.split(mark).entries()) {
    // Odd pieces are inserted ones: what stands in them belongs to the place where it was inserted.
    const start = result.code.indexOf(piece, at);
    for (let offset = start; offset < start + piece.length; offset++) {
      const line = after.lineOf(offset);
      const column = originalColumn(result.spans, line, offset - after.startOf(line));
      const kept: number = originalText(result.code.slice(0, index % 2 === 0 ? offset : start)).length;
      assert.deepEqual([line, column], [before.lineOf(kept), kept - before.startOf(before.lineOf(kept))]);
    }
    at = start + piece.length;
  }
});

test('spans are sorted, and say where the marks are', () => {
  const { code, spans } = transformModule(source, { format: 'commonjs', file: 1, firstSite: 1, name: 'x' }) ?? {
    code: '',
    spans: [],
  };
  const lines = new LineTable(code);
  const pieces = [...code.matchAll(/\/\*~r\*\/.*?\/\*~r\*\//g)];
  const expected = pieces.flatMap(({ index, 0: text }) => {
    const line = lines.lineOf(index);
    return [line, index - lines.startOf(line), text.length];
  });
  assert.deepEqual([...spans], expected);
});

test('a line without insertions keeps its columns', () => {
  assert.equal(originalColumn(Int32Array.of(2, 5, 10, 4, 0, 7), 3, 8), 8);
  assert.equal(originalColumn(Int32Array.of(), 1, 8), 8);
});
