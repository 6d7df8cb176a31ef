import { h, type ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { StackRow } from '#protocol/panel.ts';
import { placeIn, type ViewProps } from '../panelState.ts';
import { amount, awaited, counted, duration, named } from '../wording.ts';
import { cell, Empty, headerCell, PlaceLink } from './parts.ts';
import { VirtualRows } from './virtualRows.ts';

/** A row with its path, which stays the same when the tree is sent anew. */
interface PathRow {
  readonly row: StackRow;
  readonly path: string;
  readonly hasChildren: boolean;
}

/** Living tasks as one tree: tasks that stand at the same await, started by the same, are one row. */
export function StacksView({ state, actions }: ViewProps): ComponentChild {
  const [active, setActive] = useState(-1);
  const tree = state.stuck?.tree ?? [];
  if (tree.length === 0)
    return h(Empty, { title: 'No living tasks' }, 'Who waits for whom appears here: one tree, equal stacks merged.');
  const rows = visibleRows(tree, state.folded);
  const most = Math.max(1, ...tree.map(({ count }) => count));
  const fold = (path: string, isFolded: boolean): void => {
    const folded = new Set(state.folded);
    if (isFolded) folded.add(path);
    else folded.delete(path);
    actions.set({ folded });
  };
  return h(
    'div',
    { class: 'stacks-view' },
    h(VirtualRows, {
      count: rows.length,
      rowHeight: 26,
      role: 'treegrid',
      label: 'Who waits on whom',
      columns: 5,
      header: h(
        'div',
        { class: 'row header stack-columns', role: 'row', 'aria-rowindex': 1 },
        headerCell('number', 'Tasks'),
        headerCell('', 'Function'),
        headerCell('', 'Waits at'),
        headerCell('', 'Place'),
        headerCell('number', 'Oldest'),
      ),
      activeIndex: active,
      renderRow: (index) => {
        const each = rows[index];
        return each === undefined ? undefined : stackCells({ state, actions }, each, { most, fold });
      },
      onActive: setActive,
      onEnter: (index) => actions.openSource(rows[index]?.row.place || rows[index]?.row.function || 0),
      onKey: (key, index) => {
        const each = rows[index];
        if (each === undefined || !each.hasChildren || (key !== 'ArrowLeft' && key !== 'ArrowRight')) return false;
        fold(each.path, key === 'ArrowLeft');
        return true;
      },
    }),
  );
}

function visibleRows(tree: readonly StackRow[], folded: ReadonlySet<string>): readonly PathRow[] {
  const rows: PathRow[] = [];
  const above: string[] = [];
  let hiddenBelow = Number.POSITIVE_INFINITY;
  for (const [index, row] of tree.entries()) {
    above.length = row.depth;
    const path = `${above.at(-1) ?? ''}/${row.function}:${row.place}`;
    above.push(path);
    if (row.depth > hiddenBelow) continue;
    hiddenBelow = folded.has(path) ? row.depth : Number.POSITIVE_INFINITY;
    rows.push({ row, path, hasChildren: (tree[index + 1]?.depth ?? 0) > row.depth });
  }
  return rows;
}

function stackCells(
  { state, actions }: ViewProps,
  { row, path, hasChildren }: PathRow,
  { most, fold }: { readonly most: number; readonly fold: (path: string, isFolded: boolean) => void },
): ComponentChild {
  const isFolded = state.folded.has(path);
  const width = `${Math.max(2, (row.count / most) * 100)}%`;
  return h(
    'div',
    { class: 'row-cells stack-columns', role: 'presentation' },
    cell(
      'number count-bar',
      h('span', { class: 'bar', style: { width }, 'aria-hidden': true }),
      h('span', null, amount(row.count)),
    ),
    cell(
      'name',
      h('span', { class: 'indent', style: { width: `${row.depth * 16}px` } }),
      hasChildren
        ? h(
            'button',
            {
              type: 'button',
              class: isFolded ? 'twistie folded' : 'twistie',
              tabIndex: -1,
              'aria-label': isFolded ? 'Unfold' : 'Fold',
              'aria-expanded': !isFolded,
              onClick: () => fold(path, !isFolded),
            },
            '⌄',
          )
        : h('span', { class: 'twistie none' }),
      named(placeIn(state, row.function).label),
      row.recursions > 0 ? h('span', { class: 'faint' }, ' recursive') : '',
    ),
    cell(
      '',
      row.place === 0
        ? h('span', { class: 'faint' }, 'runs')
        : h('code', { class: 'await' }, awaited(placeIn(state, row.place))),
      row.leaves > 0
        ? h(
            'span',
            { class: 'cause-mark', title: `${counted(row.leaves, 'task')} waiting for nothing that is known` },
            ' cause',
          )
        : '',
    ),
    cell('', h(PlaceLink, { state, actions, place: row.place || row.function, isInGrid: true })),
    cell('number', row.place === 0 ? '' : duration(row.oldestMs)),
  );
}
