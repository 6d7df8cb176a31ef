/** Every example of every rule, through both engines: bad ones are found where they are marked, good ones are silent. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import type { Finding } from '#analysis/finding.ts';
import { rules } from '#analysis/rules/index.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { asModule, projectFiles, withExamples } from './exampleProject.ts';

interface Example {
  readonly file: string;
  readonly ruleId: string;
  readonly source: string;
  readonly isBad: boolean;
}

const examples: Example[] = rules.flatMap(({ id, examples: byLanguage }) => {
  const { bad = [], good = [] } = byLanguage.typescript ?? {};
  return [
    ...bad.map((source, index) => ({ file: `${id}.bad${index}.ts`, ruleId: id, source, isBad: true })),
    ...good.map((source, index) => ({ file: `${id}.good${index}.ts`, ruleId: id, source, isBad: false })),
  ];
});

for (const engine of ['native', 'embedded'] as const) {
  test(`examples with the ${engine} engine`, async (t) => {
    const sources = Object.fromEntries(examples.map(({ file, source }) => [file, asModule(source)]));
    const folder = await temporaryFolder(t, { ...projectFiles, ...sources });
    const findings = await withExamples(folder, { engine, rules }, (run) => run.findings);
    const byFile = Map.groupBy(findings, ({ file }) => path.basename(file));
    for (const example of examples) {
      await t.test(example.file, () => {
        const found = (byFile.get(example.file) ?? []).filter(({ ruleId }) => ruleId === example.ruleId);
        const expected = marksOf(example.source).map((mark) => describeMark(mark, example, found));
        assert.equal(expected.length > 0, example.isBad, 'bad examples carry marks, good ones none');
        assert.deepEqual(
          found.map((finding) => describeFinding(example, finding)),
          expected,
        );
      });
    }
  });
}

interface Mark {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** `//  ^^^ part of the message` stands below the reported line; the first caret lies inside the range. */
function marksOf(source: string): Mark[] {
  const lines = source.split('\n');
  return lines.flatMap((line, index) => {
    const match = /^\s*\/\/\s*(\^+) (.+)$/.exec(line);
    if (match === null) return [];
    const [, , text = ''] = match;
    return [{ line: index - 1, column: line.indexOf('^'), text }];
  });
}

function describeFinding({ source }: Example, { range, message }: Finding): string {
  return `${lineOf(asModule(source), range.start)}: ${message}`;
}

/** What the finding must look like: the mark's line, and a message that holds its text; else the mark itself, to be read in the diff. */
function describeMark({ line, column, text }: Mark, { source }: Example, found: readonly Finding[]): string {
  const whole = asModule(source);
  const offset = offsetOf(whole, line) + column;
  const hit = found.find(
    ({ range, message }) =>
      lineOf(whole, range.start) === line && range.start <= offset && offset < range.end && message.includes(text),
  );
  return hit === undefined ? `${line}: expected at column ${column}: …${text}…` : `${line}: ${hit.message}`;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}

function offsetOf(text: string, line: number): number {
  return text.split('\n').slice(0, line).join('\n').length + (line === 0 ? 0 : 1);
}
