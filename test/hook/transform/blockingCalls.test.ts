/** The hook cannot import the linter's catalogue of blocking calls; this keeps the two together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExpressionAt } from 'acorn';
import { blockingApis } from '#analysis/catalog/blockingApis.ts';
import { isBlockingCall } from '#hook/transform/blockingCalls.ts';

/** APIs that are not timed, by `module#name`. */
const exceptions: Readonly<Record<string, string>> = {
  'better-sqlite3#Database.exec': 'regular expressions have a method of this name, and are called much more often',
  'better-sqlite3#Statement.run': 'too many things can be run; timed where the statement is prepared in place',
  'better-sqlite3#Statement.all': 'Promise.all; timed where the statement is prepared in place',
  'better-sqlite3#Statement.get': 'maps; timed where the statement is prepared in place',
  'node:sqlite#DatabaseSync.exec': 'regular expressions have a method of this name, and are called much more often',
  'node:sqlite#StatementSync.run': 'too many things can be run; timed where the statement is prepared in place',
  'node:sqlite#StatementSync.all': 'Promise.all; timed where the statement is prepared in place',
  'node:sqlite#StatementSync.get': 'maps; timed where the statement is prepared in place',
  'node:sqlite#StatementSync.iterate': 'timed where the statement is prepared in place',
  'shelljs#exec': 'child_process.exec has this name and does not block',
  'readline-sync#question': 'the method of node:readline has this name and does not block',
  'readline-sync#prompt': 'the method of node:readline has this name and does not block',
  'deasync#sleep': 'most functions of this name return a promise',
};

test('every API of the catalogue is timed, or there is a reason', () => {
  const untimed = blockingApis
    .filter(({ name }) => !isTimed(`m.${name}(x)`) && !isTimed(`${name}(x)`))
    .map(({ module, name }) => `${module}#${name}`);
  assert.deepEqual(untimed.toSorted(), Object.keys(exceptions).toSorted());
});

const calls: readonly (readonly [code: string, isTimed: boolean])[] = [
  ['readFileSync(x)', true],
  ['fs.readFileSync(x, "utf8")', true],
  ['realpathSync.native(x)', true],
  ['fs.realpathSync.native(x)', true],
  ['x.native(y)', false],
  ['JSON.parse(x)', true],
  ['JSON.stringify(x)', true],
  ['json.parse(x)', false],
  ['parse(x)', false],
  ['structuredClone(x)', true],
  ['Atomics.wait(a, 0, 0)', true],
  ['Atomics.load(a, 0)', false],
  ['randomBytes(8)', true],
  ['randomBytes(8, callback)', false],
  ['randomBytes(8, (error, bytes) => {})', false],
  ['crypto.randomBytes(8, function (error, bytes) {})', false],
  ['callSync(() => {})', true],
  ['db.prepare("select 1").all()', true],
  ['this.db.prepare(sql).get(1)', true],
  ['map.get(1)', false],
  ['Promise.all(x)', false],
  ['glob.sync("*")', true],
  ['sync()', false],
  ['fs["readFileSync"](x)', false],
  ['Sync', false],
];

for (const [code, expected] of calls) {
  test(`${expected ? 'timed' : 'not timed'}: ${code}`, () => {
    assert.equal(isTimed(code), expected);
  });
}

function isTimed(code: string): boolean {
  const node = parseExpressionAt(code, 0, { ecmaVersion: 'latest' });
  return node.type === 'CallExpression' && isBlockingCall(node);
}
