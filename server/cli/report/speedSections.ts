import type { Distribution } from '#protocol/evidence.ts';
import type { ReportData } from './reportData.ts';
import { table, type Cell } from './table.ts';
import type { Section, TextOptions } from './textReport.ts';
import { amount, awaited, duration, named, position } from './wording.ts';

/** The slowest functions, awaits and known blocking calls. */
export function speedSections(data: ReportData, options: TextOptions): readonly Section[] {
  return [functions(data, options), awaits(data, options), blockingCalls(data, options)];
}

function functions({ functions: all }: ReportData, options: TextOptions): Section {
  const ended = all.filter(({ duration: { count } }) => count > 0).slice(0, options.top);
  const rows = ended.map((each): readonly Cell[] => [
    { text: named(each.label) },
    { text: position(each), cut: 'start', look: 'dim' },
    { text: amount(each.entered), align: 'right' },
    ...spread(each.duration),
    { text: duration(each.busy.p95), align: 'right' },
    { text: amount(each.maxAlive), align: 'right' },
  ]);
  const head = header(['function', '', 'count', 'p50', 'p95', 'max', 'busy p95', 'at once']);
  return withHead('Slowest functions', head, { rows, options, flexible: 0 });
}

function awaits({ awaits: all }: ReportData, options: TextOptions): Section {
  const ended = all.filter(({ wait: { count } }) => count > 0).slice(0, options.top);
  const rows = ended.map((each): readonly Cell[] => [
    { text: awaited(each), look: 'cyan' },
    { text: each.function === '' ? '' : `in ${named(each.function)}` },
    { text: position(each), cut: 'start', look: 'dim' },
    { text: amount(each.wait.count), align: 'right' },
    ...spread(each.wait),
    { text: each.open > 0 ? `${amount(each.open)} open` : '', look: 'yellow' },
  ]);
  return withHead('Slowest awaits', header(['await', '', '', 'count', 'p50', 'p95', 'max']), {
    rows,
    options,
    flexible: 0,
  });
}

function blockingCalls({ blockingCalls: all }: ReportData, options: TextOptions): Section {
  const rows = all
    .slice(0, options.top)
    .map((each): readonly Cell[] => [
      { text: named(each.label), look: 'cyan' },
      { text: each.function === '' ? '' : `in ${named(each.function)}` },
      { text: position(each), cut: 'start', look: 'dim' },
      { text: amount(each.duration.count), align: 'right' },
      ...spread(each.duration),
    ]);
  return withHead('Blocking calls', header(['call', '', '', 'count', 'p50', 'p95', 'max']), {
    rows,
    options,
    flexible: 0,
  });
}

function spread({ p50, p95, max }: Distribution): readonly Cell[] {
  return [p50, p95, max].map((ms) => ({ text: duration(ms), align: 'right' as const }));
}

function header(names: readonly string[]): readonly Cell[] {
  const firstNumber = names.indexOf('count');
  return names.map((text, index) => ({
    text,
    look: 'dim' as const,
    ...(index >= firstNumber ? { align: 'right' as const } : {}),
  }));
}

function withHead(
  title: string,
  head: readonly Cell[],
  { rows, options, flexible }: { rows: readonly (readonly Cell[])[]; options: TextOptions; flexible: number },
): Section {
  const lines =
    rows.length === 0 ? [] : table([head, ...rows], { style: options.style, width: options.width - 2, flexible });
  return { title, look: 'bold', lines };
}
