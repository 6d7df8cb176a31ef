import { visibleText } from '#reporters/visibleText.ts';
import type { ReportData, ReportPlace } from './reportData.ts';
import type { TextOptions } from './textReport.ts';
import { amount, awaited, counted, duration, named, position } from './wording.ts';

/** The run in a few lines, for the end of `rubato run`; the report says the rest. */
export function summaryText(data: ReportData, { style, top }: TextOptions): string {
  const { run, blocks, stuck, rejections, swallowed, lost, notes } = data;
  const waiting = stuck.groups.reduce((sum, { count }) => sum + count, 0);
  const causes = stuck.groups.filter(({ leaves }) => leaves > 0);
  const lines = [
    `${counted(run.tasks, 'task')} in ${duration(run.durationMs)}`,
    ...blocks
      .slice(0, top)
      .map(
        (each) => `${style('red', `blocked ${duration(each.duration.max)}`)}${times(each.duration.count)} ${at(each)}`,
      ),
    ...causes
      .slice(0, top)
      .map(
        (each) =>
          `${style('red', `${counted(each.count, 'task')} stuck`)} for ${duration(each.oldestMs)} at ${awaiting(each)}`,
      ),
    ...(causes.length > top ? [`${counted(waiting, 'task')} wait in all`] : []),
    ...lost.slice(0, top).map((each) => `${style('red', `${counted(each.count, 'task')} lost`)} at ${awaiting(each)}`),
    ...rejections
      .slice(0, top)
      .map(
        (each) =>
          `${style('red', `${named(each.errorClass)} ${each.outcome === 'late' ? 'handled late' : 'unhandled'}`)}${times(each.count)} ${at(each)}`,
      ),
    ...swallowed
      .slice(0, top)
      .map((each) => `${style('yellow', `${counted(each.count, 'error')} swallowed`)} ${at(each)}`),
    ...notes.slice(0, top).map((note) => style('dim', `incomplete: ${visibleText(note)}`)),
    style('dim', 'rubato report shows all of it'),
  ];
  const isEmpty = run.tasks === 0 && lines.length === 2;
  return (isEmpty ? [`${lines[0]}, ${nothing}`] : lines).map((line) => `rubato: ${line}\n`).join('');
}

/** Mostly the code runs elsewhere, or is somebody else's. */
const nothing =
  'nothing recorded: what counts is async code of files below --root, outside of node_modules, that Node, tsx, Vitest or Jest load';

function times(count: number): string {
  return count > 1 ? ` ${amount(count)}×` : '';
}

function at(place: ReportPlace): string {
  const name = place.function === '' ? '' : `in ${named(place.function)} `;
  return place.file === '' ? name.trimEnd() : `${name}(${position(place)})`;
}

function awaiting(place: ReportPlace): string {
  return `${awaited(place)} ${at(place)}`;
}
