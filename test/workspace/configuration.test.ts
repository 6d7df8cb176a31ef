import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { defineRule, type Rule } from '#analysis/rule.ts';
import { isIgnored, ruleStates, type RuleState } from '#workspace/configuration.ts';
import { configurations } from '#workspace/configurationFiles.ts';
import type { ConfigurationData } from '#workspace/configurationText.ts';
import { UserError } from '#workspace/userError.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const rules: readonly Rule[] = [
  rule('floating-promise', { voidOperator: { description: 'd', default: 'allow', values: ['allow', 'forbid'] } }),
  rule('blocking-call', { checkTests: { description: 'd', default: false }, names: { description: 'd', default: [] } }),
];

test('without a file every rule keeps its own severity and options', async (t) => {
  await checkRules(t, { files: { '.git/HEAD': '' } }, 'a.ts', {
    'floating-promise': 'own {"voidOperator":"allow"}',
    'blocking-call': 'own {"checkTests":false,"names":[]}',
  });
});

test('severities and options', async (t) => {
  const config = `{
    // Comments and trailing commas are fine.
    "rules": { "floating-promise": "hint", "blocking-call": ["error", { "names": ["x"] }], },
  }`;
  await checkRules(t, { files: { 'rubato.jsonc': config } }, 'src/a.ts', {
    'floating-promise': 'hint {"voidOperator":"allow"}',
    'blocking-call': 'error {"checkTests":false,"names":["x"]}',
  });
});

test('the nearest file counts, also the key in package.json', async (t) => {
  const files = {
    'rubato.jsonc': '{ "rules": { "floating-promise": "off" } }',
    'packages/a/package.json': '{ "name": "a", "rubato": { "rules": { "floating-promise": "hint" } } }',
    'packages/b/package.json': '{ "name": "b" }',
  };
  await checkRules(t, { files }, 'packages/a/src/a.ts', { 'floating-promise': 'hint {"voidOperator":"allow"}' });
  await checkRules(t, { files }, 'packages/b/src/a.ts', { 'floating-promise': 'off {"voidOperator":"allow"}' });
});

test('the search ends where the repository starts', async (t) => {
  const files = { 'rubato.jsonc': '{ "rules": { "floating-promise": "off" } }', 'repo/.git/HEAD': '' };
  await checkRules(t, { files }, 'repo/a.ts', { 'floating-promise': 'own {"voidOperator":"allow"}' });
});

test('overrides hold for the files they name, later ones win', async (t) => {
  const config: ConfigurationData = {
    rules: { 'floating-promise': 'error' },
    overrides: [
      { files: ['*.test.{ts,js}', 'scripts/'], rules: { 'floating-promise': 'hint' } },
      { files: ['scripts/deploy.ts'], rules: { 'floating-promise': ['off', { voidOperator: 'forbid' }] } },
    ],
  };
  const files = { 'rubato.jsonc': JSON.stringify(config) };
  await checkRules(t, { files }, 'src/a.ts', { 'floating-promise': 'error {"voidOperator":"allow"}' });
  await checkRules(t, { files }, 'src/a.test.ts', { 'floating-promise': 'hint {"voidOperator":"allow"}' });
  await checkRules(t, { files }, 'scripts/a.ts', { 'floating-promise': 'hint {"voidOperator":"allow"}' });
  await checkRules(t, { files }, 'scripts/deploy.ts', { 'floating-promise': 'off {"voidOperator":"forbid"}' });
});

test('extends starts from other files, and settings from the caller come last', async (t) => {
  const files = {
    '.git/HEAD': '',
    'base.jsonc': '{ "rules": { "floating-promise": "hint", "blocking-call": ["hint", { "checkTests": true }] } }',
    'app/rubato.jsonc': '{ "extends": "../base.jsonc", "rules": { "blocking-call": "error" } }',
  };
  await checkRules(t, { files }, 'app/a.ts', {
    'floating-promise': 'hint {"voidOperator":"allow"}',
    'blocking-call': 'error {"checkTests":true,"names":[]}',
  });
  const extra = { rules: { 'floating-promise': 'off' } } as const;
  await checkRules(t, { files, extra }, 'app/a.ts', { 'floating-promise': 'off {"voidOperator":"allow"}' });
});

test('ignores are relative to their file', async (t) => {
  const folder = await temporaryFolder(t, {
    'app/rubato.jsonc': '{ "ignores": ["/generated", "*.gen.ts", "!keep.gen.ts"] }',
  });
  const configuration = await configurations({ rules, cwd: folder }).forFolder(`${folder}/app`);
  const ignored = [
    'app/generated/a.ts',
    'app/src/a.gen.ts',
    'app/src/keep.gen.ts',
    'app/src/generated/a.ts',
    'other/a.gen.ts',
  ];
  assert.deepEqual(
    ignored.filter((file) => isIgnored(configuration, `${folder}/${file}`)),
    ['app/generated/a.ts', 'app/src/a.gen.ts'],
  );
});

test('mistakes name file, line and column, and what was meant', async (t) => {
  await checkMistake(t, '{\n  "rulez": {}\n}', 'rubato.jsonc:2:3: unknown key "rulez"; did you mean "rules"?');
  await checkMistake(
    t,
    '{ "rules": { "floating-promises": "error" } }',
    'rubato.jsonc:1:14: unknown rule "floating-promises"; did you mean "floating-promise"?',
  );
  await checkMistake(
    t,
    '{ "rules": { "floating-promise": "warn" } }',
    'rubato.jsonc:1:34: "warn" is not one of off, hint, warning, error; did you mean "warning"?',
  );
  await checkMistake(
    t,
    '{ "rules": { "floating-promise": 2 } }',
    'rubato.jsonc:1:34: must be one of "off", "hint", "warning", "error" or [severity, { options }]',
  );
  await checkMistake(
    t,
    '{ "rules": { "blocking-call": ["error", { "checkTest": true }] } }',
    'rubato.jsonc:1:43: unknown option "checkTest"; did you mean "checkTests"?',
  );
  await checkMistake(
    t,
    '{ "rules": { "blocking-call": ["error", { "checkTests": 1 }] } }',
    'rubato.jsonc:1:57: must be true or false',
  );
  await checkMistake(t, '{ "overrides": [{ "files": ["a"] }] }', 'rubato.jsonc:1:17: "rules" is missing');
  await checkMistake(t, '{ "__proto__": {} }', 'rubato.jsonc:1:3: unknown key "__proto__"');
  await checkMistake(t, '[]', 'rubato.jsonc:1:1: must be an object');
});

test('several mistakes are told at once, in source order', async (t) => {
  await checkMistake(
    t,
    '{\n "ignore": [],\n "rules": { "x": "off",\n "blocking-call": [] } }',
    [
      'rubato.jsonc:2:2: unknown key "ignore"; did you mean "ignores"?',
      'rubato.jsonc:3:13: unknown rule "x"',
      'rubato.jsonc:4:19: must be [severity, { options }]',
    ].join('\n'),
  );
});

test('text that is not JSON', async (t) => {
  await checkMistake(t, '{ "rules": { "a" "b" } }', 'rubato.jsonc:1:18: not valid JSON with comments: colon expected');
  await checkMistake(t, '['.repeat(100_000), 'rubato.jsonc: is nested too deeply to be read');
  await checkMistake(t, ' '.repeat(1024 * 1024 + 1), 'rubato.jsonc: is larger than 1 MiB, which no configuration is');
});

test('extends cannot leave the repository, miss its file or go in a circle', async (t) => {
  const outside = 'rubato.jsonc:1:1: "extends": "../../etc/x.json" leads outside of the repository';
  await checkMistake(t, '{ "extends": "../../etc/x.json" }', outside.replace(':1:1', ''));
  await checkMistake(
    t,
    '{ "extends": "/etc/x.json" }',
    'rubato.jsonc: "extends": "/etc/x.json" must be a path that starts with ./ or ../',
  );
  await checkMistake(t, '{ "extends": "./no.jsonc" }', 'rubato.jsonc: "extends": "./no.jsonc" does not exist');
  await checkMistake(t, '{ "extends": "./rubato.jsonc" }', 'rubato.jsonc: "extends" leads back to rubato.jsonc');
});

test('an empty file, 1,000 patterns and a broken package.json without our key are fine', async (t) => {
  const many = JSON.stringify({ ignores: Array.from({ length: 1000 }, (_, index) => `**/gen${index}/*.{a,b}.ts`) });
  const folder = await temporaryFolder(t, {
    'rubato.jsonc': '',
    'a/rubato.jsonc': many,
    'b/package.json': '{ "name": ',
  });
  const found = configurations({ rules, cwd: folder });
  const configuration = await found.forFolder(`${folder}/a`);
  assert.ok(isIgnored(configuration, `${folder}/a/x/gen999/y.b.ts`));
  assert.equal((await found.forFolder(`${folder}/b`)).layers[0]?.file, `${folder}/rubato.jsonc`);
});

interface Given {
  readonly files: Readonly<Record<string, string>>;
  readonly extra?: ConfigurationData;
}

/** `expected` says by rule id what holds: severity, and options as JSON; rules not named are not checked. */
async function checkRules(
  t: TestContext,
  given: Given,
  file: string,
  expected: Readonly<Record<string, string>>,
): Promise<void> {
  const folder = await temporaryFolder(t, given.files);
  const path = `${folder}/${file}`;
  const found = configurations({ rules, cwd: folder, extra: given.extra });
  const states = ruleStates(await found.forFolder(path.slice(0, path.lastIndexOf('/'))), path, rules);
  const actual = Object.keys(expected).map((id) => [id, describe(states.get(id))]);
  assert.deepEqual(Object.fromEntries(actual), expected);
}

function describe(state: RuleState | undefined): string {
  return state === undefined ? 'none' : `${state.severity ?? 'own'} ${JSON.stringify(state.options)}`;
}

async function checkMistake(t: TestContext, text: string, message: string): Promise<void> {
  const folder = await temporaryFolder(t, { '.git/HEAD': '', 'rubato.jsonc': text });
  await assert.rejects(configurations({ rules, cwd: folder }).forFolder(folder), (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.equal(error.message, message);
    return true;
  });
}

function rule(id: string, options: NonNullable<Rule['options']>): Rule {
  return defineRule({
    id,
    options,
    severity: 'warning',
    summary: 's',
    rationale: 'r',
    hint: 'h',
    languages: ['typescript'],
    needs: [],
    limits: [],
    examples: {},
    check: () => [],
  });
}
