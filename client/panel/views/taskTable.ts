import { h, type ComponentChild } from 'preact';
import { sortColumns, type SortColumn, type TaskValues } from '../engine/engineMessages.ts';
import { placeIn, type PanelState, type ViewProps } from '../panelState.ts';
import { amount, awaited, duration, moment, named } from '../wording.ts';
import { FilterBox } from './filterBox.ts';
import { cell, Empty, isAlive, PlaceLink, StateMark } from './parts.ts';
import { TaskSide } from './taskSide.ts';
import { VirtualRows } from './virtualRows.ts';

const columnTitles: Readonly<Record<SortColumn, string>> = {
  state: 'State',
  function: 'Function',
  place: 'Place',
  parent: 'Started by',
  begun: 'Begun',
  duration: 'Duration',
  busy: 'Busy',
  waits: 'Waits',
  waitsAt: 'Waiting at',
};

const numeric: readonly SortColumn[] = ['begun', 'duration', 'busy', 'waits'];

/** All tasks: filtered, sorted, with what is known of the selected one beside them. */
export function TaskTable({ state, actions }: ViewProps): ComponentChild {
  const { table, details, rows } = state;
  const isEmpty = table.matched === 0;
  return h(
    'div',
    { class: 'tasks-view' },
    h(FilterBox, { state, actions }),
    h(
      'div',
      { class: 'split' },
      h(
        'div',
        {
          class: 'grid-box',
          'data-queries': table.queries,
          'data-total': table.total,
          'data-sort-ms': table.sortMs.toFixed(1),
          'data-filter-ms': table.filterMs.toFixed(1),
        },
        h(VirtualRows, {
          count: table.matched,
          rowHeight: 24,
          role: 'grid',
          label: 'Tasks',
          columns: sortColumns.length,
          header: h(TableHeader, { state, actions }),
          activeIndex: table.selectedIndex,
          renderRow: (index) => rowCells({ state, actions }, rows.rows[index - rows.first]),
          onActive: (index) => actions.selectIndex(index),
          onEnter: (index) => actions.openSource(rows.rows[index - rows.first]?.function ?? 0),
          onWindow: (first, count) => actions.needRows(first, count),
        }),
        isEmpty
          ? h(
              Empty,
              { title: table.total === 0 ? 'No tasks yet' : 'No task fits the filter' },
              table.total === 0
                ? 'Async functions appear here as they are entered.'
                : 'The help beside the filter lists what it understands.',
            )
          : undefined,
      ),
      details === undefined ? undefined : h(TaskSide, { state, actions, details }),
    ),
  );
}

function TableHeader({ state, actions }: ViewProps): ComponentChild {
  return h(
    'div',
    { class: 'row header task-columns', role: 'row', 'aria-rowindex': 1 },
    sortColumns.map((column) => {
      const isSorted = column === state.column;
      const sort = isSorted ? (state.isDescending ? 'descending' : 'ascending') : 'none';
      return h(
        'div',
        {
          key: column,
          class: `cell ${numeric.includes(column) ? 'number' : ''}`,
          role: 'columnheader',
          'aria-sort': sort,
        },
        h(
          'button',
          { type: 'button', class: 'sort', onClick: () => actions.sortBy(column) },
          columnTitles[column],
          h('span', { class: 'arrow', 'aria-hidden': true }, isSorted ? (state.isDescending ? '↓' : '↑') : ''),
        ),
      );
    }),
  );
}

function rowCells(props: ViewProps, task: TaskValues | undefined): ComponentChild {
  const { state, actions } = props;
  if (task === undefined) return h('div', { class: 'task-columns row-cells loading' }, cell('', '…'));
  return h(
    'div',
    { class: 'task-columns row-cells', role: 'presentation' },
    cell('', h(StateMark, { state: task.state })),
    cell('name', named(placeIn(state, task.function).label)),
    cell('', h(PlaceLink, { state, actions, place: task.function, isInGrid: true })),
    cell('faint', task.parent === 0 ? '' : named(placeIn(state, task.parentFunction).label)),
    cell('number', moment(task.begin, 1000)),
    cell('number', duration(task.duration / 1000), isAlive(task) ? h('span', { class: 'faint' }, '…') : ''),
    cell('number', duration(task.busy / 1000)),
    cell('number', amount(task.waits)),
    cell('', waitCell(state, task)),
  );
}

function waitCell(state: PanelState, { waitsAt, age }: TaskValues): ComponentChild | string {
  if (waitsAt === 0) return '';
  return h(
    'span',
    null,
    h('code', { class: 'await' }, awaited(placeIn(state, waitsAt))),
    Number.isNaN(age) ? '' : h('span', { class: 'faint' }, ` ${duration(age / 1000)}`),
  );
}
