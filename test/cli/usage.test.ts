import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { temporaryFolder } from '../temporaryFolder.ts';
import { runRubato } from './runRubato.ts';

// Everything here ends before a compiler is opened.
describe('wrong use ends with 2, says what to do, and judges nothing', { concurrency: 4 }, () => {
  const cases: readonly [args: readonly string[], message: string][] = [
    [['--fromat', 'json'], "error: unknown option '--fromat'\n(Did you mean --format?)\n"],
    [
      ['--format', 'jsn'],
      `error: option '-f, --format <format>' argument 'jsn' is invalid. Allowed are stylish, json, sarif, github; did you mean "json"?\n`,
    ],
    [
      ['--engine', 'nativ'],
      `error: option '--engine <engine>' argument 'nativ' is invalid. Allowed are auto, native, embedded; did you mean "native"?\n`,
    ],
    [
      ['--max-warnings', 'many'],
      "error: option '--max-warnings <number>' argument 'many' is invalid. A whole number is needed.\n",
    ],
    [
      ['--rule', 'floating-promises:off'],
      '--rule floating-promises:off: unknown rule "floating-promises"; did you mean "floating-promise"?\n',
    ],
    [
      ['--rule', 'floating-promise:warn'],
      '--rule floating-promise:warn: "warn" is not one of off, hint, warning, error; did you mean "warning"?\n',
    ],
    [['--rule', 'floating-promise'], '--rule floating-promise: needs a severity, as in floating-promise:error\n'],
    [['lnit'], 'There is no file or folder "lnit"; did you mean "lint"?\n'],
    [['missing.ts'], 'There is no file or folder "missing.ts"\n'],
    [['empty'], 'There are no JavaScript or TypeScript files to judge\n'],
    [['--config', 'no.jsonc'], 'no.jsonc: there is no such configuration file\n'],
    [['wrong'], 'wrong/rubato.jsonc:1:14: unknown rule "blocking"\n'],
    [['explain', 'floating'], 'There is no rule "floating"\n`rubato rules` lists them all\n'],
    [
      ['explain', 'floating-promis'],
      'There is no rule "floating-promis"; did you mean "floating-promise"?\n`rubato rules` lists them all\n',
    ],
    [['explain'], "error: missing required argument 'rule'\n"],
  ];
  for (const [args, message] of cases) test(args.join(' '), (t) => checkRefused(t, args, message));
});

test('help begins with examples, for every command', async (t) => {
  const folder = await temporaryFolder(t, {});
  for (const command of [[], ['lint'], ['explain'], ['rules'], ['init'], ['print-config'], ['ps']]) {
    const { code, stdout } = await runRubato(folder, [...command, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, /^Examples:\n {2}\$ rubato/);
  }
});

async function checkRefused(t: TestContext, args: readonly string[], message: string): Promise<void> {
  const folder = await temporaryFolder(t, {
    '.git/HEAD': '',
    'a.ts': 'export {};',
    'empty/readme.md': '',
    'wrong/rubato.jsonc': '{ "rules": { "blocking": "off" } }',
    'wrong/a.ts': 'export {};',
  });
  const { code, stdout, stderr } = await runRubato(folder, args);
  assert.deepEqual(
    { code, stderr: stderr.replace('(--help shows all options)\n', ''), stdout },
    { code: 2, stderr: message, stdout: '' },
  );
}
