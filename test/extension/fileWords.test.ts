import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { fileWords, isRunnableName, stripsTypes, type FileStart } from '#extension/launch/fileWords.ts';

const plain: FileStart = { node: 'node', version: 'v24.1.0', hasTsx: false, isTest: false };

function check(file: string, start: Partial<FileStart> = {}): string {
  const result = fileWords(file, { ...plain, ...start });
  return result.kind === 'words' ? result.words.join('|') : result.kind;
}

test('JavaScript runs as it is, whatever the Node', () => {
  assert.equal(check('src/a b/main.js', { version: 'v20.19.0' }), 'node|src/a b/main.js');
  assert.equal(check('main.mjs', { hasTsx: true }), 'node|main.mjs');
});

test('TypeScript runs where Node strips types', () => {
  assert.equal(check('main.ts'), 'node|main.ts');
  assert.equal(check('main.cts', { version: 'v22.17.9' }), 'no-typescript');
  assert.equal(check('view.tsx'), 'no-typescript');
});

test('TypeScript runs with the tsx of its package, on any Node', () => {
  assert.equal(check('main.ts', { hasTsx: true, version: 'v20.19.0' }), 'node|--import|tsx|main.ts');
  assert.equal(check('view.tsx', { hasTsx: true }), 'node|--import|tsx|view.tsx');
});

test('a Node that could not be asked tells itself what it cannot', () => {
  const { version: _, ...unknown } = plain;
  assert.deepEqual(fileWords('main.ts', unknown), { kind: 'words', words: ['node', 'main.ts'] });
});

test('a test file runs with the test runner', () => {
  assert.equal(check('a.test.js', { isTest: true }), 'node|--test|a.test.js');
  assert.equal(check('a.test.ts', { isTest: true, hasTsx: true }), 'node|--import|tsx|--test|a.test.ts');
});

test('a name like an option stays a file, a path to Node stays one word', () => {
  assert.equal(check('--version.js', { node: '/opt/my node/bin/node' }), '/opt/my node/bin/node|./--version.js');
});

test('knows which Node strips types', () => {
  const able = ['v22.18.0', 'v23.6.0', 'v24.0.0', 'v26.1.0'].map(stripsTypes);
  const unable = ['v20.19.0', 'v22.17.1', 'v23.5.0', 'v18.0.0', 'nonsense'].map(stripsTypes);
  assert.deepEqual([...able, ...unable], [true, true, true, true, false, false, false, false, false]);
});

test('declarations are not runnable', () => {
  assert.deepEqual(['a.ts', 'a.mjs', 'a.tsx', 'a.d.ts', 'a.d.mts', 'a.json'].map(isRunnableName), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});
