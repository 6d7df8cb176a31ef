import { plural } from '#reporters/counts.ts';
import { visibleText } from '#reporters/visibleText.ts';
import type { ThreadReport, WaitNode } from './threadReport.ts';

/** What `rubato ps` found. */
export interface PsReport {
  readonly pid: number;
  /** Of Node, as `v24.1.0`. */
  readonly node: string;
  readonly threads: readonly ThreadReport[];
}

type Style = (look: 'bold' | 'dim' | 'cyan' | 'yellow', text: string) => string;

/** For people: one tree per thread, then what the picture cannot show. */
export function waitsText(report: PsReport, style: Style): string {
  const lines = report.threads.flatMap((thread) => [...threadLines(report, thread, style), '']);
  return [...lines, ...limits.map((line) => style('dim', line)), ''].join('\n');
}

const limits = [
  'Only what could still go on is shown: the picture collects garbage first. For tasks that are lost, and for how long they wait: rubato run',
];

function threadLines({ pid, node }: PsReport, thread: ThreadReport, style: Style): readonly string[] {
  const name =
    thread.id === 0
      ? `Process ${pid}`
      : `Worker ${thread.id}${thread.title === '' ? '' : ` ${visibleText(thread.title)}`}`;
  const seconds = (thread.pauseMs / 1000).toFixed(2);
  const heap = (thread.heapBytes / 1e6).toFixed(0);
  const head = style('bold', `${name}: ${plural(thread.tasks, 'suspended async function')}`);
  return [
    head + style('dim', `  (Node ${node.replace(/^v/, '')}, heap ${heap} MB, stopped for ${seconds} s)`),
    ...thread.roots.flatMap((root) => ['', nodeLine(root, style), ...branches(root, '', style)]),
    ...notes(thread).map((line) => style('dim', line)),
  ];
}

function notes({ hidden, unlocated, tasks }: ThreadReport): readonly string[] {
  const lines: string[] = [];
  if (hidden > 0) lines.push(`${tasks === 0 ? '' : 'And '}${hidden} of libraries and Node itself: --all shows them`);
  if (unlocated > 0) lines.push(`${unlocated} were not asked for their line: that would have taken too long`);
  return lines.length === 0 ? [] : ['', ...lines];
}

function nodeLine(node: WaitNode, style: Style): string {
  const count = node.count > 1 ? style('yellow', `${node.count} × `) : '';
  const shared =
    node.waiters === undefined ? '' : style('dim', `  (${node.waiters} wait for ${node.count === 1 ? 'it' : 'them'})`);
  const { file, line, column, code } = node.place ?? {};
  const label = node.kind === 'task' ? style('bold', visibleText(node.label)) : visibleText(node.label);
  const place = file === undefined ? '' : `  ${style('cyan', `${visibleText(file)}:${line}:${column}`)}`;
  return `${count}${label}${place}${code === undefined ? '' : `  ${style('dim', visibleText(code))}`}${shared}`;
}

function branches(node: WaitNode, indent: string, style: Style): readonly string[] {
  const below = node.waitsFor.flatMap((child, index) => {
    const isLast = index === node.waitsFor.length - 1;
    return [
      `${indent}${style('dim', isLast ? '└ ' : '├ ')}${nodeLine(child, style)}`,
      ...branches(child, `${indent}${isLast ? '  ' : style('dim', '│ ')}`, style),
    ];
  });
  return node.hasMore === true ? [...below, `${indent}${style('dim', '└ …')}`] : below;
}

/** For programs. Fields may be added within version 1. */
export function waitsJson(report: PsReport): string {
  return `${JSON.stringify({ version: 1, ...report, limits }, undefined, 2)}\n`;
}
