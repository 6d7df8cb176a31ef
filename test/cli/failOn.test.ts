import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMet, parseFailOn, type FailCandidate } from '#cli/failOn.ts';
import { UserError } from '#workspace/userError.ts';

test('conditions: states, rules and families, durations, lists', () => {
  assert.deepEqual(parseFailOn(['observed:blocking>200ms']), [{ state: 'observed', what: 'blocking', aboveMs: 200 }]);
  assert.deepEqual(parseFailOn(['confirmed:floating-promise, observed : any > 1.5s', 'observed:lost']), [
    { state: 'confirmed', what: 'floating-promise', aboveMs: undefined },
    { state: 'observed', what: 'any', aboveMs: 1500 },
    { state: 'observed', what: 'lost', aboveMs: undefined },
  ]);
});

test('mistakes are pointed at', () => {
  checkMistake('observd:blocking', 'needs confirmed or observed; did you mean "observed"?, as in observed:blocking', 0);
  checkMistake('', 'needs confirmed or observed, as in observed:blocking', 0);
  checkMistake('blocking>200ms', 'needs confirmed or observed, as in observed:blocking', 0);
  checkMistake('observed', 'needs a rule or a family, as in observed:blocking', 8);
  checkMistake('observed:', 'needs a rule or a family, as in observed:blocking', 8);
  checkMistake('observed:blokking', 'knows no rule or family "blokking"; did you mean "blocking"?', 9);
  checkMistake(
    'observed:__proto__',
    'knows no rule or family "__proto__"; families are any, blocking, rejection, floating, lost',
    9,
  );
  checkMistake('observed:any, confirmed:zzz', /knows no rule or family "zzz"/, 24);
  for (const duration of ['', '200', '200m', '-1ms', '1e3ms', 'Infinitys'])
    checkMistake(`observed:any>${duration}`, 'needs a duration in ms or s, as in >200ms or >1.5s', 13);
  checkMistake('observed:any 200ms', 'needs ">" before a duration', 13);
});

test('a condition is met by what it names, seen at least as surely and for longer', () => {
  const block: FailCandidate = {
    state: 'confirmed',
    ruleId: 'blocking-call',
    kind: 'blocked',
    durationMs: { count: 2, p50: 1, p95: 201, max: 201 },
  };
  const unseen: FailCandidate = { ...block, state: 'observed' };
  checkMet(block, 'confirmed:blocking', 'observed:blocking>200ms', 'observed:any', 'confirmed:blocking-call');
  checkUnmet(block, 'observed:blocking>201ms', 'observed:rejection', 'observed:floating-promise');
  checkMet(unseen, 'observed:blocking>0.2s');
  checkUnmet(unseen, 'confirmed:blocking');
  checkUnmet({ ...block, state: 'ran' }, 'observed:any', 'confirmed:blocking-call');
  checkUnmet({ ruleId: 'blocking-call' }, 'observed:any', 'confirmed:blocking-call');
  checkMet({ state: 'confirmed', ruleId: 'unsafe-void', kind: 'unhandled' }, 'observed:rejection', 'observed:floating');
  checkUnmet({ state: 'confirmed', ruleId: 'unsafe-void', kind: 'unhandled' }, 'observed:any>0ms');
});

function checkMet(candidate: FailCandidate, ...written: readonly string[]): void {
  for (const each of parseFailOn(written)) assert.ok(isMet(each, candidate), JSON.stringify(each));
}

function checkUnmet(candidate: FailCandidate, ...written: readonly string[]): void {
  for (const each of parseFailOn(written)) assert.ok(!isMet(each, candidate), JSON.stringify(each));
}

function checkMistake(written: string, message: string | RegExp, column: number): void {
  assert.throws(
    () => parseFailOn([written]),
    (error: unknown) => {
      assert.ok(error instanceof UserError);
      const [first = '', list, pointer] = error.message.split('\n');
      if (typeof message === 'string') assert.equal(first, `--fail-on ${message}`);
      else assert.match(first, message);
      assert.deepEqual([list, pointer], [`  ${written}`, `  ${' '.repeat(column)}^`]);
      return true;
    },
  );
}
