import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesWithin, pathPatterns } from '#workspace/pathPatterns.ts';

test('a name matches at every depth, a path from the folder of the list', () => {
  checkMatches(['dist'], { dist: true, 'src/dist': true, 'src/dist/a.ts': true, distant: false });
  checkMatches(['/dist'], { dist: true, 'src/dist': false });
  checkMatches(['src/gen'], { 'src/gen/a.ts': true, 'lib/src/gen/a.ts': false });
  checkMatches(['*.gen.ts'], { 'a.gen.ts': true, 'src/deep/b.gen.ts': true, '.gen.ts': true, 'gen.ts': false });
});

test('a slash at the end asks for a folder', () => {
  checkMatches(['build/'], { 'build/a.ts': true, 'x/build/a.ts': true, build: false });
});

test('two stars stand for any number of folders', () => {
  checkMatches(['src/**/test/*.ts'], {
    'src/test/a.ts': true,
    'src/a/b/test/a.ts': true,
    'src/a/b/test/c/a.ts': false,
  });
  checkMatches(['**/fixtures'], { fixtures: true, 'a/b/fixtures/c.ts': true });
  checkMatches(['a/**'], { 'a/b': true, 'a/b/c': true, a: false });
  checkMatches(['a**b'], { a12b: true, 'a/b': false });
});

test('the last pattern decides, but nothing comes back from a matched folder', () => {
  checkMatches(['*.ts', '!keep.ts'], { 'a.ts': true, 'keep.ts': false });
  checkMatches(['!keep.ts', '*.ts'], { 'keep.ts': true });
  checkMatches(['dist', '!dist/keep.ts'], { 'dist/keep.ts': true });
});

test('question marks, classes and escapes', () => {
  checkMatches(['a?.ts'], { 'ab.ts': true, 'a.ts': false, 'a/.ts': false });
  checkMatches(['[a-c!].ts'], { 'b.ts': true, '!.ts': true, 'd.ts': false });
  checkMatches(['[!a-c].ts'], { 'b.ts': false, 'd.ts': true });
  checkMatches(['[]x].ts', '[open.js'], { '].ts': true, 'x.ts': true, '[open.js': true });
  checkMatches(['\\#a', '\\!b', 'c\\ ', 'd  '], { '#a': true, '!b': true, 'c ': true, d: true });
  checkMatches(['\\[id\\].ts'], { '[id].ts': true, 'i.ts': false });
});

test('comments and empty lines are no patterns', () => {
  checkMatches(['# all', '', '   ', '/', '!', 'a\r'], { a: true, '# all': false, b: false });
});

test('braces are alternatives in our own files only', () => {
  const braces = pathPatterns(['*.{test,spec}.{ts,tsx}', 'x{a,b{c,d}}y'], { withBraces: true });
  for (const path of ['a.test.ts', 'b/c.spec.tsx', 'xay', 'xbcy', 'xbdy']) assert.ok(matchesWithin(braces, path), path);
  for (const path of ['a.ts', 'xcy']) assert.ok(!matchesWithin(braces, path), path);
  checkMatches(['{a,b}'], { a: false, '{a,b}': true });
});

test('no pattern takes more than a moment', () => {
  const hostile = pathPatterns(
    [
      'a*'.repeat(500) + 'b',
      '**/a'.repeat(200) + '/b',
      '*?'.repeat(400),
      '[a-z]*'.repeat(150) + '!',
      '{a,b}'.repeat(200),
    ],
    { withBraces: true },
  );
  assert.ok(!matchesWithin(hostile, 'a'.repeat(250)));
  assert.ok(!matchesWithin(hostile, Array(300).fill('a').join('/')));
});

/** `expected` says by path whether it, or a folder above it, matches. */
function checkMatches(patterns: readonly string[], expected: Readonly<Record<string, boolean>>): void {
  const compiled = pathPatterns(patterns);
  for (const [path, isMatch] of Object.entries(expected))
    assert.equal(matchesWithin(compiled, path), isMatch, `${patterns.join(' ')} on ${path}`);
}
