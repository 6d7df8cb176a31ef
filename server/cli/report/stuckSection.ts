import type { ReportData } from './reportData.ts';
import type { StackLine, Starter } from './stackLines.ts';
import { table, type Cell } from './table.ts';
import type { Section, TextOptions } from './textReport.ts';
import { amount, awaited, duration, moreLine, named, position } from './wording.ts';

/** Tasks that were alive at the end, as merged stacks: each line a function, where it waits, for what, and since when. */
export function stuckSection({ stuck }: ReportData, options: TextOptions): Section {
  const waiting = stuck.groups.reduce((sum, { count }) => sum + count, 0);
  if (waiting === 0) return { title: '', look: 'bold', lines: [] };
  const kept = visibleLines(stuck.tree, options.top * 4);
  const left = stuck.tree.length - kept.length;
  return {
    title: `Stuck: ${waiting === 1 ? '1 task was' : `${amount(waiting)} tasks were`} still waiting at the end`,
    look: 'red',
    lines: [
      ...stuck.deadlocks.slice(0, options.top).flatMap((circle) => deadlockLines(circle, options)),
      ...treeLines(kept, options),
      ...moreLine(left, options.style),
    ],
  };
}

/** The first lines, without those that only run when the program ended and wait for nothing. */
function visibleLines(tree: readonly StackLine[], max: number): readonly StackLine[] {
  return tree
    .filter((line, index) => line.state === 'waits' || (tree[index + 1]?.depth ?? 0) > line.depth)
    .slice(0, max);
}

function treeLines(lines: readonly StackLine[], { style, width }: TextOptions): readonly string[] {
  const branches = branchesOf(lines);
  const rows = lines.map((line, index): readonly Cell[] => [
    { text: `${branches[index]?.own ?? ''}${nameOf(line)}`, ...(line.leaves > 0 ? { look: 'bold' as const } : {}) },
    { text: line.state === 'waits' ? awaited(line) : 'runs', look: 'cyan' },
    { text: position(line), cut: 'start' },
    { text: line.state === 'waits' ? duration(line.oldestMs) : '', align: 'right', look: 'yellow' },
  ]);
  const printed = table(rows, { style, width: width - 2, flexible: 1 });
  return lines.flatMap((line, index) => [
    printed[index] ?? '',
    ...startedBy(line).map((text) => style('dim', `${branches[index]?.below ?? ''}${text}`)),
  ]);
}

function nameOf({ count, recursions, function: name }: StackLine): string {
  const times = count > 1 ? `${amount(count)} × ` : '';
  return `${times}${named(name)}${recursions > 0 ? ' (recursive)' : ''}`;
}

/** `├─ ` and the like, for the line itself and for those below it that belong to it. */
function branchesOf(lines: readonly StackLine[]): readonly { readonly own: string; readonly below: string }[] {
  const isLastAt: boolean[] = [];
  return lines.map(({ depth, isLast }, index) => {
    isLastAt[depth] = isLast;
    const above = isLastAt
      .slice(1, depth)
      .map((last) => (last ? '   ' : '│  '))
      .join('');
    const hasChildren = (lines[index + 1]?.depth ?? 0) > depth;
    const own = depth === 0 ? '' : isLast ? '└─ ' : '├─ ';
    const under = depth === 0 ? '' : isLast ? '   ' : '│  ';
    return { own: above + own, below: `${above}${under}${hasChildren ? '│  ' : '   '}` };
  });
}

/** Who started a root, when that is over and so not in the tree. */
function startedBy({ startedBy: starters }: StackLine): readonly string[] {
  if (starters.length === 0) return [];
  const chain = starters.slice(0, 4).map((each: Starter) => `${named(each.function)} ${position(each)}`);
  return [`started by ${chain.join(' ← ')}${starters.length > 4 ? ' ← …' : ''}`];
}

function deadlockLines(
  circle: ReportData['stuck']['deadlocks'][number],
  { style, width }: TextOptions,
): readonly string[] {
  const rows = circle.map((each): readonly Cell[] => [
    { text: `${named(each.function)} waits for the next` },
    { text: awaited(each), look: 'cyan' },
    { text: position(each), cut: 'start' },
  ]);
  return [
    style('red', 'Deadlock: these wait for each other in a circle'),
    ...table(rows, { style, width: width - 2, flexible: 1 }),
    '',
  ];
}
