import { h, type ComponentChild } from 'preact';
import { useState } from 'preact/hooks';
import type { ComparisonRow } from '#protocol/panel.ts';
import { placeIn, type ViewProps } from '../panelState.ts';
import { visibleText } from '../visibleText.ts';
import { amount, counted, duration } from '../wording.ts';
import { Action, cell, Empty, headerCell, PlaceLink, placeName } from './parts.ts';
import { VirtualRows } from './virtualRows.ts';

/** This run beside another one, the largest change first. */
export function CompareView({ state, actions }: ViewProps): ComponentChild {
  const [active, setActive] = useState(-1);
  const { comparison } = state;
  if (comparison === undefined) {
    return h(
      Empty,
      { title: 'Compare with another run' },
      'Sites of both runs side by side: what became slower, what is new. ',
      h(Action, { label: 'Choose a run…', isPrimary: true, onClick: () => actions.compare() }),
    );
  }
  const moved = comparison.sites.filter(
    ({ before, after }) => before?.p95 !== after?.p95 || before?.count !== after?.count,
  );
  return h(
    'div',
    { class: 'compare-view' },
    h(
      'div',
      { class: 'toolbar' },
      h(
        'span',
        null,
        h('strong', null, visibleText(comparison.after)),
        ' against ',
        h('strong', null, visibleText(comparison.before)),
      ),
      h('span', { class: 'faint' }, `${counted(moved.length, 'site')} of ${amount(comparison.sites.length)} moved`),
      h('span', { class: 'space' }),
      h(Action, { label: 'Other run…', onClick: () => actions.compare() }),
    ),
    h(VirtualRows, {
      count: moved.length,
      rowHeight: 26,
      role: 'grid',
      label: 'Comparison',
      columns: 7,
      header: h(
        'div',
        { class: 'row header compare-columns', role: 'row', 'aria-rowindex': 1 },
        ...['', 'Site', 'Place'].map((text) => headerCell('', text)),
        ...['Count', 'p50', 'p95', 'max'].map((text) => headerCell('number', text)),
      ),
      activeIndex: active,
      renderRow: (index) => comparedCells({ state, actions }, moved[index]),
      onActive: setActive,
      onEnter: (index) => actions.openSource(moved[index]?.place ?? 0),
    }),
  );
}

function comparedCells({ state, actions }: ViewProps, row: ComparisonRow | undefined): ComponentChild | undefined {
  if (row === undefined) return undefined;
  const { before, after } = row;
  return h(
    'div',
    { class: 'row-cells compare-columns', role: 'presentation' },
    cell('', row.state === 'same' ? '' : h('span', { class: `change ${row.state}` }, row.state)),
    cell(
      '',
      row.kind === 'await' ? '' : h('span', { class: 'faint' }, `${row.kind} `),
      placeName(placeIn(state, row.place)),
    ),
    cell('', h(PlaceLink, { state, actions, place: row.place, isInGrid: true })),
    plainPair(before?.count, after?.count),
    pair(before?.p50, after?.p50, duration),
    pair(before?.p95, after?.p95, duration),
    pair(before?.max, after?.max, duration),
  );
}

/** More calls are neither better nor worse. */
function plainPair(before: number | undefined, after: number | undefined): ComponentChild {
  const word = (count: number | undefined) => (count === undefined ? '–' : amount(count));
  return cell('number pair', h('span', { class: 'faint' }, word(before)), ` → ${word(after)}`);
}

/** `12 ms → 40 ms`: marked when it grew or shrank by a fifth or more, as in the report. */
function pair(before: number | undefined, after: number | undefined, word: (value: number) => string): ComponentChild {
  const grew = before !== undefined && after !== undefined && after > before * 1.2;
  const shrank = before !== undefined && after !== undefined && after < before * 0.8;
  return cell(
    'number pair',
    h('span', { class: 'faint' }, before === undefined ? '' : word(before)),
    h(
      'span',
      { class: grew ? 'grew' : shrank ? 'shrank' : '' },
      after === undefined ? ' → –' : ` → ${word(after)}${grew ? ' ▲' : shrank ? ' ▼' : ''}`,
    ),
  );
}
