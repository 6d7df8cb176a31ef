import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { shellLine } from '#cli/run/shellLine.ts';

test('plain words stand as they are', () => {
  assert.equal(
    shellLine(['npm', 'run', 'build:all', '--filter=@a/b', 'C:\\p\\x.js']),
    String.raw`npm run build:all --filter=@a/b C:\p\x.js`,
  );
});

test('what means something to the interpreter is text between quotes', () => {
  assert.equal(shellLine(['npm', 'run', 'tidy up & calc']), 'npm run "tidy up & calc"');
  assert.equal(
    shellLine(['C:\\Program Files\\n\\npm.cmd', '', 'a^b', '(c)']),
    String.raw`"C:\Program Files\n\npm.cmd" "" "a^b" "(c)"`,
  );
});

test('quotes and the backslashes before them stay what they are to the program', () => {
  assert.equal(shellLine(['say "hi" & calc']), '"say ""hi"" & calc"');
  assert.equal(shellLine([String.raw`a\"b`, 'c d\\']), String.raw`"a\\""b" "c d\\"`);
});
