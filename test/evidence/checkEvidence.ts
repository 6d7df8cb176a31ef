import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { openAnalysis, type ProjectAnalysis } from '#analysis/analyze.ts';
import { evidenceIndex } from '#analysis/evidence/evidenceIndex.ts';
import type { Finding } from '#analysis/finding.ts';
import { lineAt, textLines } from '#analysis/textLines.ts';
import { configurationLayer, configurationOf } from '#workspace/configuration.ts';
import type { ConfigurationData } from '#workspace/configurationText.ts';
import { judgeFiles } from '#workspace/judgeFiles.ts';
import { openCompiler } from '#workspace/openCompiler.ts';
import { projectFiles } from '../rules/exampleProject.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import type { TracedRun } from './tracedRun.ts';

type Sources = Readonly<Record<string, string>>;

export interface EvidenceCase {
  readonly runs: readonly TracedRun[];
  readonly configuration?: ConfigurationData;
  readonly expected: readonly string[];
}

/**
 * Judges sources (as they are now, by relative path), joins what the runs of each case showed, and compares
 * `<file>:<line> <rule> <state>: <detail>` of each finding and `<file>: <message>` of each note.
 */
export async function checkEvidence(t: TestContext, now: Sources, cases: readonly EvidenceCase[]): Promise<void> {
  const folder = await temporaryFolder(t, { ...projectFiles, ...now });
  const compiler = await openCompiler({ engine: 'native', log: () => undefined });
  const analysis = openAnalysis(compiler.openProject({ kind: 'tsconfig', path: `${folder}/tsconfig.json` }));
  try {
    for (const each of cases) assert.deepEqual(outcome(analysis, folder, { now, ...each }), each.expected);
  } finally {
    analysis.dispose();
    compiler.dispose();
  }
}

interface Outcome extends EvidenceCase {
  readonly now: Sources;
}

function outcome(analysis: ProjectAnalysis, folder: string, { now, runs, configuration = {} }: Outcome) {
  const settings = configurationOf([configurationLayer(configuration, folder)]);
  const { findings, problems } = judgeFiles(analysis, {
    files: new Map(Object.keys(now).map((name) => [`${folder}/${name}`, settings])),
    checkpoint: () => undefined,
    withFixes: false,
    evidence: evidenceIndex(runs.map(({ file }) => ({ evidence: file, folder }))),
  });
  const relative = (file: string) => file.slice(folder.length + 1);
  return [
    ...findings.map(({ finding }) => {
      const file = relative(finding.file);
      const line = lineAt(textLines(now[file] ?? ''), finding.range.start) + 1;
      return `${file}:${line} ${finding.ruleId} ${evidenceText(finding)}`;
    }),
    ...problems.map(({ file = '', message }) => `${relative(file)}: ${message}`),
  ];
}

/** Of observed ones the message, since it holds what was seen. */
function evidenceText({ evidence, message, severity }: Finding): string {
  if (evidence === undefined) return 'without evidence';
  const { state, detail, run, step } = evidence;
  const more = `${run > 0 ? ` [run ${run}]` : ''}${step === undefined ? '' : ` [step ${step}]`}`;
  return state === 'observed' ? `observed ${severity}: ${message}${more}` : `${state}: ${detail}${more}`;
}
