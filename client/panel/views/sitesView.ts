import { h, type ComponentChild } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { siteBucketsMs, type SiteRow } from '#protocol/panel.ts';
import { placeIn, type PanelState, type ViewProps } from '../panelState.ts';
import { amount, duration } from '../wording.ts';
import { cell, Empty, headerCell, PlaceLink, placeName } from './parts.ts';
import { VirtualRows } from './virtualRows.ts';

const kindNames = { function: 'function', await: 'await', blocking: 'blocking call' } as const;
const sorts = ['count', 'p50', 'p95', 'max'] as const;

/** Every function, await and blocking call with its spread. */
export function SitesView({ state, actions }: ViewProps): ComponentChild {
  const [active, setActive] = useState(-1);
  const sites = state.statistics?.sites ?? [];
  const { siteFilter, siteSort } = state;
  const shown = useMemo(() => sitesShown(state), [state.statistics, siteFilter, siteSort]);
  if (sites.length === 0)
    return h(Empty, { title: 'No figures yet' }, 'How long each function took and each await waited.');
  return h(
    'div',
    { class: 'sites-view' },
    h(
      'div',
      { class: 'toolbar' },
      h('input', {
        type: 'text',
        role: 'searchbox',
        class: 'filter-input small',
        placeholder: 'Filter sites',
        'aria-label': 'Filter sites',
        value: siteFilter,
        onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
          actions.set({ siteFilter: currentTarget.value }),
      }),
      h(
        'span',
        { class: 'faint' },
        `${amount(shown.length)} of ${amount(sites.length)} sites · bars: from ${bucketName(0)} to ${bucketName(siteBucketsMs.length)}, on a log scale`,
      ),
    ),
    h(VirtualRows, {
      count: shown.length,
      rowHeight: 36,
      role: 'grid',
      label: 'Sites',
      columns: 9,
      header: h(
        'div',
        { class: 'row header site-columns', role: 'row', 'aria-rowindex': 1 },
        headerCell('', 'Kind'),
        headerCell('', 'Site'),
        headerCell('', 'Place'),
        ...sorts.map((sort) => sortHeader({ state, actions }, sort)),
        headerCell('', 'Spread'),
        headerCell('number', 'Open'),
      ),
      activeIndex: active,
      renderRow: (index) => siteCells({ state, actions }, shown[index]),
      onActive: setActive,
      onEnter: (index) => actions.openSource(shown[index]?.place ?? 0),
    }),
  );
}

function sitesShown({ statistics, siteFilter, siteSort, places }: PanelState): readonly SiteRow[] {
  const wanted = siteFilter.trim().toLowerCase();
  const sites = (statistics?.sites ?? []).filter(({ kind, place }) => {
    const at = places[place];
    return (
      wanted === '' || `${kindNames[kind]} ${at?.label} ${at?.file} ${at?.function}`.toLowerCase().includes(wanted)
    );
  });
  return sites.toSorted((a, b) => b.duration[siteSort] - a.duration[siteSort]);
}

function sortHeader({ state, actions }: ViewProps, sort: (typeof sorts)[number]): ComponentChild {
  const isSorted = state.siteSort === sort;
  return h(
    'div',
    { class: 'cell number', role: 'columnheader', 'aria-sort': isSorted ? 'descending' : 'none' },
    h(
      'button',
      { type: 'button', class: 'sort', onClick: () => actions.set({ siteSort: sort }) },
      sort,
      h('span', { class: 'arrow', 'aria-hidden': true }, isSorted ? '↓' : ''),
    ),
  );
}

function siteCells({ state, actions }: ViewProps, site: SiteRow | undefined): ComponentChild | undefined {
  if (site === undefined) return undefined;
  const { duration: spread } = site;
  return h(
    'div',
    { class: 'row-cells site-columns', role: 'presentation' },
    cell('faint', kindNames[site.kind]),
    cell(site.kind === 'function' ? 'name' : 'await', placeName(placeIn(state, site.place))),
    cell('', h(PlaceLink, { state, actions, place: site.place, isInGrid: true })),
    cell('number', amount(spread.count)),
    cell('number', duration(spread.p50)),
    cell('number', duration(spread.p95)),
    cell('number', duration(spread.max)),
    cell('', h(Histogram, { buckets: site.buckets })),
    cell(
      'number',
      site.open > 0 ? h('span', { class: 'open' }, amount(site.open)) : '',
      site.rejected > 0 ? h('span', { class: 'rejected-count', title: 'rejected' }, ` ✕${amount(site.rejected)}`) : '',
    ),
  );
}

function bucketName(index: number): string {
  const bound = siteBucketsMs[index];
  return bound === undefined ? `over ${duration(siteBucketsMs.at(-1) ?? 0)}` : `up to ${duration(bound)}`;
}

/** A bar per range of durations; heights by the root, so that the few slow ones stay visible. */
function Histogram({ buckets }: { readonly buckets: readonly number[] }): ComponentChild | undefined {
  const most = Math.max(0, ...buckets);
  if (most === 0) return undefined;
  const text = buckets.flatMap((count, index) => (count > 0 ? `${bucketName(index)}: ${amount(count)}` : []));
  return h(
    'div',
    { class: 'histogram', role: 'img', 'aria-label': text.join(', '), title: text.join('\n') },
    buckets.map((count, index) =>
      h('span', {
        key: index,
        class: count === 0 ? 'none' : '',
        style: { height: `${count === 0 ? 1 : Math.max(2, Math.sqrt(count / most) * 26)}px` },
      }),
    ),
  );
}
