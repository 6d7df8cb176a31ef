import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rules } from '#analysis/rules/index.ts';
import { configurationSchema } from '#workspace/configurationSchema.ts';
import { parseConfiguration } from '#workspace/configurationText.ts';
import { runRubato } from './runRubato.ts';

test('every command and option is documented, and nothing else', async () => {
  const page = readFileSync('docs/cli.md', 'utf8');
  const [main, ...commandPages] = await Promise.all(
    [['--help'], ['lint', '--help'], ['run', '--help'], ['report', '--help'], ['ps', '--help']].map((args) =>
      runRubato('.', args),
    ),
  );
  const commands = Array.from((main?.stdout ?? '').matchAll(/^ {2}([a-z-]+) .* {2}/gm), (match) => match[1]).filter(
    (name) => name !== 'help',
  );
  const options = commandPages.flatMap(({ stdout }) =>
    Array.from(stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm), (match) => match[1]).filter(
      (name) => name !== '--help',
    ),
  );
  assert.deepEqual(
    Array.from(page.matchAll(/^\| `([a-z][a-z-]+)[^|`]*` +\|/gm), (match) => match[1]),
    commands,
  );
  assert.deepEqual(
    Array.from(page.matchAll(/^\| (?:`-\w`, )?`(--[a-z-]+)[^|`]*` +\|/gm), (match) => match[1]),
    options,
  );
});

test('the configuration in the documentation is right', () => {
  const [, text = ''] = /```jsonc\n([^]*?)```/.exec(readFileSync('docs/configuration.md', 'utf8')) ?? [];
  const data = parseConfiguration({ name: 'configuration.md', text, key: undefined }, configurationSchema(rules));
  assert.deepEqual(Object.keys(data ?? {}), ['$schema', 'extends', 'rules', 'ignores', 'overrides', 'knownSafeCalls']);
});
