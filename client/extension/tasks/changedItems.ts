import type { TaskItem } from './taskItems.ts';

/**
 * Ids of the lines to draw anew when `after` takes the place of `before`, each without the lines below it; `undefined`: the list as a whole,
 * because lines came, went or changed places.
 */
export function changedItems(before: readonly TaskItem[], after: readonly TaskItem[]): readonly string[] | undefined {
  if (before.length !== after.length || after.some((item, at) => item.id !== before[at]?.id)) return undefined;
  return after.flatMap((item, at) => {
    const old = before[at];
    return old === undefined ? [] : changesOf(old, item);
  });
}

function changesOf(old: TaskItem, item: TaskItem): readonly string[] {
  const isSame = isSameLine(old, item);
  const below = isSame ? changedItems(old.children, item.children) : undefined;
  return below ?? [item.id];
}

function isSameLine(a: TaskItem, b: TaskItem): boolean {
  return a.description === b.description && a.icon === b.icon && a.tooltip === b.tooltip && a.spoken === b.spoken;
}
