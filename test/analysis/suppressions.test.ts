import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '#analysis/finding.ts';
import { suppress } from '#analysis/suppress.ts';
import { suppressionEdit } from '#analysis/suppressionEdit.ts';
import { readSuppressions } from '#analysis/suppressions.ts';

const knownRules = ['floating-promise', 'blocking-call', 'late-await'];

test('a comment above the line suppresses the rules it names, and only them', () => {
  checkSuppressed(
    `
    // rubato-ignore-next-line floating-promise -- the caller waits
    save(); // floating-promise!
    // rubato-ignore-next-line floating-promise, blocking-call
    save(); // floating-promise! blocking-call! late-await!
    // rubato-ignore-next-line: blocking-call floating-promise
    save(); // floating-promise! blocking-call!
    save(); // floating-promise!
  `,
    ['5: late-await', '8: floating-promise'],
  );
});

test('comments and blank lines may stand between a suppression and its line', () => {
  checkSuppressed(
    `
    // rubato-ignore-next-line floating-promise
    /* rubato-ignore-next-line blocking-call */

    // Why: nobody knows.
    save(); // floating-promise! blocking-call!
  `,
    [],
  );
});

test('a comment behind the code suppresses on its own line, a file comment everywhere', () => {
  checkSuppressed(
    `
    save(); // rubato-ignore-line floating-promise floating-promise!
    save(); // floating-promise!
    /* rubato-ignore-file blocking-call -- a script */
    read(); // blocking-call!
  `,
    ['3: floating-promise'],
  );
});

test('JSX comments suppress', () => {
  checkSuppressed(
    `
    <p>don't
      {/* rubato-ignore-next-line floating-promise */}
      {save()} // floating-promise!
    </p>
  `,
    [],
  );
});

test('strings, templates and regular expressions hold no suppressions', () => {
  checkSuppressed(
    `
    const a = '// rubato-ignore-file floating-promise', b = "/* rubato-ignore-file floating-promise */";
    const c = \`// rubato-ignore-file floating-promise \${a + \`// rubato-ignore-file floating-promise\`} // rubato-ignore-file floating-promise\`;
    const d = /[/*] rubato-ignore-file floating-promise/;
    const e = x / 2; // rubato-ignore-line blocking-call blocking-call!
    save(); // floating-promise!
  `,
    ['6: floating-promise'],
  );
});

test('a suppression that suppresses nothing is a finding, and its fix removes it', () => {
  checkUnused(`a();\n  // rubato-ignore-next-line floating-promise\nb();\n`, `a();\nb();\n`, [
    'Nothing to suppress: `floating-promise` has no finding on the next line',
  ]);
  checkUnused(`a(); // rubato-ignore-line floating-promise, blocking-call -- why\nb();`, `a();\nb();`, [
    'Nothing to suppress: `floating-promise`, `blocking-call` have no finding on this line',
  ]);
  checkUnused(`<p>\n  {/* rubato-ignore-next-line floating-promise */}\n</p>`, `<p>\n</p>`, [
    'Nothing to suppress: `floating-promise` has no finding on the next line',
  ]);
});

test('the fix keeps the rules that are of use', () => {
  checkUnused(
    `a(); // rubato-ignore-line floating-promise, blocking-call, late-await late-await! floating-promise!`,
    `a(); // rubato-ignore-line floating-promise, late-await late-await! floating-promise!`,
    ['Nothing to suppress: `blocking-call` has no finding on this line'],
  );
  checkUnused(
    `a(); // rubato-ignore-line late-await, blocking-call -- so late-await!`,
    `a(); // rubato-ignore-line late-await -- so late-await!`,
    ['Nothing to suppress: `blocking-call` has no finding on this line'],
  );
});

test('rules that did not run are never called unused', () => {
  const text = '// rubato-ignore-file floating-promise';
  const { suppressions } = readSuppressions(text, knownRules);
  assert.deepEqual(suppress({ file: '/a.ts', text, findings: [], suppressions, judgedBy: new Set() }).unused, []);
});

test('mistakes are explained', () => {
  checkMistakes('// rubato-ignore-next-line', [
    'rubato-ignore-next-line names no rule; write the ids of the rules it suppresses behind it',
  ]);
  checkMistakes('// rubato-ignore-next-line -- why', [
    'rubato-ignore-next-line names no rule; write the ids of the rules it suppresses behind it',
  ]);
  checkMistakes('/* rubato-ignore-nextline floating-promise */', [
    'rubato-ignore-nextline is no suppression; there are rubato-ignore-next-line, rubato-ignore-line, rubato-ignore-file; did you mean "rubato-ignore-next-line"?',
  ]);
  checkMistakes('// rubato-ignore-line flaoting-promise', [
    'Suppression of the unknown rule "flaoting-promise"; did you mean "floating-promise"?',
  ]);
  checkMistakes('// see rubato-ignore-line in the docs', []);
});

test('the editor writes a suppression above the line, with its indentation and line break', () => {
  checkEdit('a();\r\n\t«save();\r\n', 'a();\r\n\t// rubato-ignore-next-line late-await\r\n\tsave();\r\n');
  checkEdit(
    '// rubato-ignore-next-line blocking-call -- why\n«save();',
    '// rubato-ignore-next-line blocking-call, late-await -- why\nsave();',
  );
});

test('the editor writes suppressions that JSX and templates can hold', () => {
  checkEdit('<ul>\n  {«save()}\n</ul>', '<ul>\n  {/* rubato-ignore-next-line late-await */}\n  {save()}\n</ul>');
  checkEdit('return (\n  <p>{«save()}</p>', 'return (\n  // rubato-ignore-next-line late-await\n  <p>{save()}</p>');
  checkEdit('const t = `\n${«save()}`;', 'const t = `\n${/* rubato-ignore-line late-await */ save()}`;');
});

test('scanning is linear, whatever the text', () => {
  for (const unit of ['/[', '`${', '/*', "'\\", '/', '{`', '<a>'])
    readSuppressions(`${unit.repeat(50_000)}// rubato-ignore-file late-await`, knownRules);
});

/** Findings stand in the text as `rule-id!` on the line they are on; `expected` lists those that remain, as `line: rule`. */
function checkSuppressed(text: string, expected: readonly string[]): void {
  const { findings } = suppressed(text);
  assert.deepEqual(
    findings.map(({ range, ruleId }) => `${text.slice(0, range.start).split('\n').length}: ${ruleId}`),
    expected,
  );
}

function checkUnused(text: string, fixed: string, messages: readonly string[]): void {
  const { unused } = suppressed(text);
  const edits = unused.flatMap(({ fix }) => fix.edits);
  assert.deepEqual(
    unused.map(({ finding }) => finding.message),
    messages,
  );
  assert.equal(applyEdits(text, edits), fixed);
}

function checkMistakes(text: string, messages: readonly string[]): void {
  assert.deepEqual(
    readSuppressions(text, knownRules).mistakes.map(({ message }) => message),
    messages,
  );
}

/** `«` marks where the finding starts. */
function checkEdit(marked: string, expected: string): void {
  const start = marked.indexOf('«');
  const text = marked.replace('«', '');
  assert.equal(applyEdits(text, [suppressionEdit(text, { start, end: start + 1 }, 'late-await')]), expected);
}

function suppressed(text: string) {
  const { suppressions } = readSuppressions(text, knownRules);
  return suppress({ file: '/a.ts', text, findings: findingsIn(text), suppressions, judgedBy: new Set(knownRules) });
}

function findingsIn(text: string): readonly Finding[] {
  return Array.from(text.matchAll(/([a-z]+-[a-z]+)!/g), ({ 1: ruleId = '', index }) => ({
    ruleId,
    severity: 'error',
    confidence: 'certain',
    file: '/a.ts',
    range: { start: text.lastIndexOf('\n', index) + 1, end: index },
    message: 'm',
    hint: 'h',
    path: [],
    fixes: [],
  }));
}

function applyEdits(
  text: string,
  edits: readonly { range: { start: number; end: number }; newText: string }[],
): string {
  return edits.reduceRight(
    (result, { range, newText }) => result.slice(0, range.start) + newText + result.slice(range.end),
    text,
  );
}
