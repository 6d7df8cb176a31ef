import type { PanelPlace } from '#protocol/panel.ts';
import type { TaskGroup, TaskNode, TasksSnapshot } from '#reader/messages.ts';
import { plainText } from '../panel/plainText.ts';
import { ageText, type Words } from './taskWords.ts';

/** A line of the tasks view. Texts are safe to show: what a trace names is one line without icons and links. */
export interface TaskItem {
  /** The same for the same place in the next snapshot, so that expansion and selection stay. Unique in the tree. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: TaskIcon;
  /** Markdown in which everything from the trace is in code spans. */
  readonly tooltip: string;
  /** What a screen reader says instead of label and description. */
  readonly spoken: string;
  /** Where a click leads; absent when nothing is known. */
  readonly place: PanelPlace | undefined;
  readonly children: readonly TaskItem[];
}

/** `deadlock` and `suspicious` are warnings. */
export type TaskIcon = 'deadlock' | 'suspicious' | 'waiting' | 'caller' | 'note';

/** Who waits that long for nothing that is known may be stuck. ms */
const suspiciousMs = 5000;

/** The lines of a snapshot, in its order. What is missing in the trace comes last. */
export function taskItems({ groups, notes, state }: TasksSnapshot, l10n: Words): readonly TaskItem[] {
  const isOver = state === 'ended' || state === 'recorded';
  const lines = distinct(groups.map((group) => ({ key: keyOf(group.place), group })));
  const items = lines.map(({ id, group }) => groupItem(id, group, { l10n, isOver }));
  return notes.length === 0 ? items : [...items, noteItem(notes, l10n)];
}

/** They wait in a circle, or long and for nothing that is known. */
export function isSuspicious({ isDeadlock, leaves, count, oldestMs }: TaskGroup): boolean {
  return isDeadlock || (leaves === count && oldestMs >= suspiciousMs);
}

interface Telling {
  readonly l10n: Words;
  /** The program has ended: these tasks never did. */
  readonly isOver: boolean;
}

function groupItem(id: string, group: TaskGroup, telling: Telling): TaskItem {
  const { place, count, oldestMs, isDeadlock } = group;
  const { l10n, isOver } = telling;
  const label = nameOf(place, l10n);
  const age = l10n.t('oldest {0}', ageText(oldestMs, l10n));
  const waiting = isOver ? l10n.t('{0} never ended', count) : l10n.t('{0} waiting', count);
  const warning = warningOf(group, l10n);
  return {
    id,
    label,
    description: [waiting, age, ...locationOf(place)].join(' · '),
    icon: isDeadlock ? 'deadlock' : isSuspicious(group) ? 'suspicious' : 'waiting',
    tooltip: groupTooltip(group, telling),
    spoken: [label, waiting, age, ...spokenPlace(place, l10n), ...warning].join(', '),
    place: openable(place),
    children: callerItems(id, group.callers, telling),
  };
}

function callerItems(parent: string, callers: readonly TaskNode[], telling: Telling): readonly TaskItem[] {
  const lines = distinct(callers.map((node) => ({ key: `${parent}\n${keyOf(node.place)}`, node })));
  return lines.map(({ id, node }) => callerItem(id, node, telling));
}

function callerItem(id: string, node: TaskNode, telling: Telling): TaskItem {
  const { place, count, oldestMs } = node;
  const { l10n } = telling;
  const label = place.function === '' ? nameOf(place, l10n) : plainText(place.function);
  const awaits = place.label === '' || plainText(place.label) === label ? [] : [plainText(place.label)];
  const tasks = count === 1 ? [] : [l10n.t('{0} tasks', count)];
  return {
    id,
    label,
    description: [...awaits, ...tasks, ...locationOf(place)].join(' · '),
    icon: 'caller',
    tooltip: [...placeLines(place), counted(count, oldestMs, l10n)].join('\n\n'),
    spoken: [label, ...awaits, ...tasks, ...spokenPlace(place, l10n)].join(', '),
    place: openable(place),
    children: callerItems(id, node.callers, telling),
  };
}

function groupTooltip(group: TaskGroup, { l10n, isOver }: Telling): string {
  const { place, count, leaves, oldestMs, medianMs } = group;
  const median = count < 3 ? [] : [l10n.t('half of them for {0} or longer', ageText(medianMs, l10n))];
  const ages = [counted(count, oldestMs, l10n), ...median].join(', ');
  const leaf =
    leaves === 0 || group.isDeadlock
      ? []
      : [l10n.t('{0} of them wait for no task that is known: the cause lies here.', leaves)];
  const over = isOver ? [l10n.t('They still waited when the program ended.')] : [];
  return [...placeLines(place), ages, ...warningOf(group, l10n), ...leaf, ...over].join('\n\n');
}

function warningOf(group: TaskGroup, l10n: Words): readonly string[] {
  if (group.isDeadlock) return [l10n.t('They wait for each other in a circle: none can go on.')];
  return isSuspicious(group) ? [l10n.t('They wait long, and for nothing that is known.')] : [];
}

function counted(count: number, oldestMs: number, l10n: Words): string {
  const age = ageText(oldestMs, l10n);
  return count === 1 ? l10n.t('1 task since {0}', age) : l10n.t('{0} tasks, the oldest since {1}', count, age);
}

function placeLines(place: PanelPlace): readonly string[] {
  const [what, around] = [codeSpan(place.label), codeSpan(place.function)];
  const first = [what, ...(around === what ? [] : [around])].filter((each) => each !== '').join(' · ');
  return [first, ...locationOf(place).map(codeSpan)].filter((each) => each !== '');
}

function noteItem(notes: readonly string[], l10n: Words): TaskItem {
  const label = l10n.t('Not everything is recorded');
  return {
    id: 'notes',
    label,
    description: plainText(notes[0] ?? ''),
    icon: 'note',
    tooltip: notes.map(codeSpan).join('\n\n'),
    spoken: [label, ...notes.map(plainText)].join(', '),
    place: undefined,
    children: [],
  };
}

function nameOf({ label, function: around }: PanelPlace, l10n: Words): string {
  const name = plainText(label === '' ? around : label);
  return name === '' ? l10n.t('unknown place') : name;
}

function locationOf({ file, line }: PanelPlace): readonly string[] {
  return file === '' ? [] : [plainText(line === 0 ? file : `${file}:${line}`)];
}

function spokenPlace({ file, line }: PanelPlace, l10n: Words): readonly string[] {
  return file === '' ? [] : [line === 0 ? plainText(file) : l10n.t('{0} line {1}', plainText(file), line)];
}

function openable(place: PanelPlace): PanelPlace | undefined {
  return place.file === '' ? undefined : place;
}

/** A code span of Markdown in which nothing is markup. */
function codeSpan(text: string): string {
  const inner = plainText(text).replaceAll('`', "'").trim();
  return inner === '' ? '' : `\`${inner}\``;
}

function keyOf({ kind, file, line, column, label, function: around }: PanelPlace): string {
  return [kind, file, line, column, around, label].join('\t');
}

/** Lines with an id; two of the same key are told apart by their order. */
function distinct<Line extends { readonly key: string }>(
  lines: readonly Line[],
): readonly (Line & { readonly id: string })[] {
  const seen = new Map<string, number>();
  return lines.map((line) => {
    const count = seen.get(line.key) ?? 0;
    seen.set(line.key, count + 1);
    return { ...line, id: count === 0 ? line.key : `${line.key}\t#${count}` };
  });
}
