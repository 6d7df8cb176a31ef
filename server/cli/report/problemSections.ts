import type { BlockEntry, RejectionEntry, ReportData, ReportPlace } from './reportData.ts';
import { table, type Cell } from './table.ts';
import type { Section, TextOptions } from './textReport.ts';
import { amount, awaited, counted, duration, moreLine, named, position } from './wording.ts';

/** What went wrong, and patterns of awaiting that may be wrong. Sections without lines have nothing to say. */
export function problemSections(
  data: ReportData,
  options: TextOptions,
): { readonly problems: readonly Section[]; readonly patterns: readonly Section[] } {
  return {
    problems: [blocks(data, options), rejections(data, options), swallowed(data, options), lost(data, options)],
    patterns: [leftSiblings(data, options), floating(data, options), sequential(data, options), fanOut(data, options)],
  };
}

function blocks({ blocks: all }: ReportData, options: TextOptions): Section {
  const shown = all.slice(0, options.top);
  const total = all.reduce((sum, { duration: { count } }) => sum + count, 0);
  const rows = shown.map((block): readonly Cell[] => [
    { text: duration(block.duration.max), align: 'right', look: 'red' },
    { text: `${amount(block.duration.count)}×`, align: 'right' },
    { text: blockName(block) },
    { text: position(block), cut: 'start' },
    { text: reasonOf(block), look: 'dim' },
  ]);
  const printed = table(rows, { style: options.style, width: options.width - 2, flexible: 2 });
  return {
    title: `Blocks: the loop stood still ${counted(total, 'time')}, at most ${duration(all[0]?.duration.max ?? 0)}`,
    look: 'red',
    lines: [
      ...shown.flatMap((block, index) => [printed[index] ?? '', ...stackOf(block, index, options)]),
      ...moreLine(all.length - shown.length, options.style),
    ],
  };
}

function blockName({ label, function: name, file }: BlockEntry): string {
  if (file === '') return '(no user code on the stack)';
  return label === '' || label === name ? named(name) : `${named(name)}: ${named(label)}`;
}

function reasonOf({ gcShare, source }: BlockEntry): string {
  if (gcShare >= 0.3) return `${Math.round(gcShare * 100)}% garbage collection`;
  return source === 'microtasks' ? 'microtasks in a row' : '';
}

/** Callers of the culprit, of the worst three only: a stack for each would hide the list. */
function stackOf({ stack, line, column }: BlockEntry, index: number, { style }: TextOptions): readonly string[] {
  if (index >= 3) return [];
  const culprit = stack.findIndex((frame) => frame.line === line && frame.column === column);
  const callers = stack.slice(culprit + 1).filter(({ file }) => file !== '' && !file.startsWith('node:'));
  return callers.slice(0, 4).map((frame) => style('dim', `      ← ${named(frame.function)} ${position(frame)}`));
}

function rejections({ rejections: all }: ReportData, options: TextOptions): Section {
  const rows = all
    .slice(0, options.top)
    .map((each): readonly Cell[] => [
      { text: `${amount(each.count)}×`, align: 'right' },
      { text: named(each.errorClass), look: 'red' },
      { text: outcomeOf(each) },
      { text: named(each.label || each.function) },
      { text: position(each), cut: 'start' },
    ]);
  return section(
    'Rejections that nobody handled in time',
    'red',
    withRest(table(rows, { style: options.style, width: options.width - 2, flexible: 3 }), all, options),
  );
}

function outcomeOf({ outcome, window }: RejectionEntry): string {
  return outcome === 'late' ? `handled ${duration(window.max)} late` : 'unhandled';
}

function swallowed({ swallowed: all }: ReportData, options: TextOptions): Section {
  const rows = all
    .slice(0, options.top)
    .map((each): readonly Cell[] => [
      { text: `${amount(each.count)}×`, align: 'right' },
      { text: each.errorClasses.map(named).join(', '), look: 'yellow' },
      { text: each.function === '' ? named(each.label) : named(each.function) },
      { text: position(each), cut: 'start' },
    ]);
  return section(
    'Swallowed: errors that were caught and dropped',
    'yellow',
    withRest(table(rows, { style: options.style, width: options.width - 2, flexible: 1 }), all, options),
  );
}

function lost({ lost: all }: ReportData, options: TextOptions): Section {
  const rows = all
    .slice(0, options.top)
    .map((each): readonly Cell[] => [
      { text: `${amount(each.count)}×`, align: 'right' },
      { text: named(each.function) },
      { text: awaited(each), look: 'cyan' },
      { text: position(each), cut: 'start' },
      { text: each.sampling > 1 ? `1 in ${each.sampling} is watched` : '', look: 'dim' },
    ]);
  return section(
    'Lost: collected while they waited, they can never go on',
    'red',
    withRest(table(rows, { style: options.style, width: options.width - 2, flexible: 2 }), all, options),
  );
}

function leftSiblings({ leftSiblings: all }: ReportData, options: TextOptions): Section {
  return patterns('Left running after an await of several failed', all, options, (each) => [
    `${amount(each.wentOn.count)} left, up to ${duration(each.wentOn.max)} longer`,
    each.alive > 0 ? `${amount(each.alive)} alive at the end` : '',
  ]);
}

function floating({ floating: all }: ReportData, options: TextOptions): Section {
  return patterns('Floating: promises that nobody waits for', all, options, (each) => [
    `${amount(each.count)}×${each.outlived.count > 0 ? `, up to ${duration(each.outlived.max)} after their starter` : ''}`,
    each.alive > 0 ? `${amount(each.alive)} alive at the end` : '',
  ]);
}

/** Less is not worth a change, in ms. */
const leastSaved = 10;

function sequential({ sequentialAwaits }: ReportData, options: TextOptions): Section {
  const all = sequentialAwaits.filter(({ saved }) => saved.max >= leastSaved);
  return patterns('One after the other: awaits in a loop that could run together', all, options, (each) => [
    `${amount(each.most)} in a row${each.tasks > 1 ? `, ${counted(each.tasks, 'task')}` : ''}`,
    `up to ${duration(each.saved.max)} longer`,
  ]);
}

/** Narrower ones are what `Promise.all` is for. */
const wideFanOut = 20;

function fanOut({ fanOuts: all }: ReportData, options: TextOptions): Section {
  const wide = all.filter(({ max }) => max >= wideFanOut);
  return patterns('Fan-out: many tasks started before one await', wide, options, (each) => [
    `${amount(each.max)} at once${each.count > 1 ? ` (median ${amount(each.p50)})` : ''}`,
    each.count > 1 ? `${amount(each.count)}×` : '',
  ]);
}

function patterns<T extends ReportPlace>(
  title: string,
  all: readonly T[],
  options: TextOptions,
  facts: (each: T) => readonly [string, string],
): Section {
  const { style, width, top } = options;
  const rows = all.slice(0, top).map((each): readonly Cell[] => {
    const [first, second] = facts(each);
    return [
      { text: each.function === '' ? '(top level)' : named(each.function) },
      { text: named(each.label), look: 'cyan' },
      { text: position(each), cut: 'start' },
      { text: first },
      { text: second },
    ];
  });
  return section(title, 'yellow', withRest(table(rows, { style, width: width - 2, flexible: 1 }), all, options));
}

/** What the list leaves out is said. */
function withRest(lines: readonly string[], all: readonly unknown[], { style, top }: TextOptions): readonly string[] {
  return [...lines, ...moreLine(all.length - top, style)];
}

function section(title: string, look: Section['look'], lines: readonly string[]): Section {
  return { title, look, lines };
}
