import type { Style } from '#reporters/stylish.ts';
import { visibleText } from '#reporters/visibleText.ts';
import type { ReportData, RunFacts } from './reportData.ts';
import { problemSections } from './problemSections.ts';
import { speedSections } from './speedSections.ts';
import { stuckSection } from './stuckSection.ts';
import { amount, counted, duration } from './wording.ts';

export interface TextOptions {
  readonly style: Style;
  /** Columns. */
  readonly width: number;
  /** Entries of each list at most. */
  readonly top: number;
}

/** A part of the report: a title, and lines that stand below it. Without lines there is nothing to say. */
export interface Section {
  readonly title: string;
  readonly look: 'red' | 'yellow' | 'bold';
  readonly lines: readonly string[];
}

/** The report for people: what is wrong first, then what is slow. Ends with a line break. */
export function textReport(data: ReportData, options: TextOptions): string {
  const { problems, patterns } = problemSections(data, options);
  const sections = [...problems, stuckSection(data, options), ...patterns, ...speedSections(data, options)];
  const told = sections.filter(({ lines }) => lines.length > 0);
  const parts = [
    headerLines(data, options),
    ...told.map(({ title, look, lines }) => [options.style(look, title), ...lines.map((line) => `  ${line}`)]),
    footerLines(data, options),
  ];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

/** `node app.js · 3.42 s · 12,345 tasks in 2 threads`, and what is missing. */
function headerLines({ run, notes }: ReportData, { style, width }: TextOptions): readonly string[] {
  const facts = [
    duration(run.durationMs),
    counted(run.tasks, 'task'),
    ...(run.threads > 1 ? [counted(run.threads, 'thread')] : []),
    ...(run.processes > 1 ? [`${amount(run.processes)} processes`] : []),
    ...run.runtimes.slice(0, 2).map((runtime) => visibleText(runtime)),
    ...(run.mode === 'trace' ? [] : [`mode ${run.mode}`]),
    ...endingOf(run),
  ];
  const missing = notes.flatMap((note) => wrapped(`! ${visibleText(note)}`, width));
  return [
    `${style('bold', visibleText(run.command))}  ${style('dim', facts.join(' · '))}`,
    ...missing.map((line) => style('yellow', line)),
  ];
}

function endingOf({ exitCode, signal }: RunFacts): readonly string[] {
  if (signal !== undefined) return [`ended by ${visibleText(signal)}`];
  return exitCode === undefined || exitCode === 0 ? [] : [`exit code ${exitCode}`];
}

/** The hook reads its clock once in a tick of 1 ms, see protocol/records.ts. */
function footerLines({ run }: ReportData, { style }: TextOptions): readonly string[] {
  return run.waits > 0 ? [style('dim', 'Times are taken about once in a millisecond; shorter ones are rough.')] : [];
}

/** Words on lines of at most so many columns; a longer word stands alone. */
function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
