import { h, type ComponentChild, type ComponentChildren } from 'preact';
import { panelTabs, type PanelTab } from '#protocol/panel.ts';
import type { PanelState, ViewProps } from '../panelState.ts';
import { amount, counted, duration } from '../wording.ts';
import { visibleText } from '../visibleText.ts';
import { CompareView } from './compareView.ts';
import { FindingsView } from './findingsView.ts';
import { Action } from './parts.ts';
import { SitesView } from './sitesView.ts';
import { StacksView } from './stacksView.ts';
import { StuckView } from './stuckView.ts';
import { TaskTable } from './taskTable.ts';
import { TimelineView } from './timelineView.ts';

const titles: Readonly<Record<PanelTab, string>> = {
  stuck: 'Stuck now',
  findings: 'Findings',
  tasks: 'Tasks',
  timeline: 'Timeline',
  stacks: 'Who waits on whom',
  sites: 'Sites',
  compare: 'Compare',
};

/** The whole panel. */
export function App({ state, actions }: ViewProps): ComponentChild {
  return h(
    'div',
    { class: 'app' },
    h(Header, { state, actions }),
    h(Tabs, { state, actions }),
    panelTabs.map((tab) => h(TabPanel, { key: tab, tab, isShown: tab === state.tab }, viewOf(tab, { state, actions }))),
  );
}

/** The timeline stays when it is hidden: its canvas is handed to the worker once. */
function viewOf(tab: PanelTab, props: ViewProps): ComponentChild | undefined {
  if (tab === 'timeline') return h(TimelineView, props);
  if (tab !== props.state.tab) return undefined;
  const views = {
    stuck: StuckView,
    findings: FindingsView,
    tasks: TaskTable,
    stacks: StacksView,
    sites: SitesView,
    compare: CompareView,
  };
  return h(views[tab], props);
}

function TabPanel({
  tab,
  isShown,
  children,
}: {
  readonly tab: PanelTab;
  readonly isShown: boolean;
  readonly children?: ComponentChildren;
}): ComponentChild {
  return h(
    'div',
    {
      class: `tab-panel ${tab}`,
      role: 'tabpanel',
      id: `panel-${tab}`,
      'aria-labelledby': `tab-${tab}`,
      hidden: !isShown,
    },
    children,
  );
}

function Header({ state, actions }: ViewProps): ComponentChild {
  const { open, status, total } = state;
  const facts = [
    status === undefined ? '' : duration(status.endTime / 1000),
    counted(total, 'task'),
    (open?.threads.length ?? 0) > 1 ? counted(open?.threads.length ?? 0, 'thread') : '',
  ];
  const isRunning = status?.state === 'live' || status?.state === 'paused';
  return h(
    'header',
    null,
    h('h1', { title: visibleText(open?.title ?? '') }, visibleText(open?.title ?? 'Rubato trace')),
    open === undefined ? undefined : h('span', { class: 'facts' }, facts.filter(Boolean).join(' · ')),
    h(LiveState, { state }),
    h(Losses, { state }),
    h('span', { class: 'space' }),
    isRunning
      ? h(Action, {
          label: status.state === 'paused' ? 'Resume' : 'Pause',
          title: 'Holds what is shown; the program goes on',
          onClick: () => actions.setPaused(status.state === 'live'),
        })
      : undefined,
    open === undefined
      ? undefined
      : h(
          'span',
          { class: 'exports', role: 'group', 'aria-label': 'Export' },
          h('span', { class: 'faint' }, 'Export'),
          h(Action, {
            label: 'Perfetto',
            title: 'Export for ui.perfetto.dev',
            onClick: () => actions.exportAs('perfetto'),
          }),
          h(Action, {
            label: 'Chrome',
            title: 'Export as Chrome trace JSON',
            onClick: () => actions.exportAs('chrome'),
          }),
        ),
  );
}

const stateWords = { live: 'Live', paused: 'Paused', ended: 'Ended', recorded: 'Recorded' } as const;

/** Told to screen readers when it changes. */
function LiveState({ state }: { readonly state: PanelState }): ComponentChild {
  const { status } = state;
  if (status === undefined) return h('span', { class: 'live-state', role: 'status' });
  const isBlocked = status.blockedMs > 0 && status.state === 'live';
  return h(
    'span',
    { class: `live-state ${isBlocked ? 'blocked' : status.state}`, role: 'status' },
    h('span', { class: 'dot', 'aria-hidden': true }),
    isBlocked ? 'Loop blocked' : stateWords[status.state],
    // Outside of what is announced: it changes all the time.
    isBlocked ? h('span', { 'aria-hidden': true }, ` ${duration(status.blockedMs)}`) : undefined,
  );
}

function Losses({ state }: { readonly state: PanelState }): ComponentChild | undefined {
  const { status } = state;
  if (status === undefined) return undefined;
  const { events, messages, tasks } = status.dropped;
  const parts = [
    events > 0 ? `${amount(events)} events dropped` : '',
    tasks > 0 ? `${amount(tasks)} tasks not recorded` : '',
    messages > 0 ? `${amount(messages)} messages dropped` : '',
  ].filter(Boolean);
  if (parts.length === 0 && status.notes.length === 0) return undefined;
  return h(
    'details',
    { class: 'losses' },
    h('summary', null, `⚠ ${parts.length > 0 ? parts.join(' · ') : counted(status.notes.length, 'note')}`),
    h('ul', null, ...status.notes.map((note) => h('li', null, visibleText(note)))),
  );
}

function Tabs({ state, actions }: ViewProps): ComponentChild {
  const onKeyDown = (event: KeyboardEvent): void => {
    // The focused one: keys come faster than pictures.
    const at = panelTabs.findIndex((tab) => document.activeElement?.id === `tab-${tab}`);
    if (at < 0) return;
    const next = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: panelTabs.length - 1 }[event.key];
    const tab = next === undefined ? undefined : panelTabs[(next + panelTabs.length) % panelTabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    actions.show(tab);
    document.querySelector<HTMLElement>(`#tab-${tab}`)?.focus();
  };
  return h(
    'div',
    { class: 'tabs', role: 'tablist', 'aria-label': 'Parts of the trace', onKeyDown },
    panelTabs.map((tab) =>
      h(
        'button',
        {
          key: tab,
          type: 'button',
          id: `tab-${tab}`,
          role: 'tab',
          'aria-selected': tab === state.tab,
          'aria-controls': `panel-${tab}`,
          tabIndex: tab === state.tab ? 0 : -1,
          onClick: () => actions.show(tab),
        },
        titles[tab],
        badge(state, tab),
      ),
    ),
  );
}

function badge(state: PanelState, tab: PanelTab): ComponentChild | undefined {
  const counts: Partial<Record<PanelTab, number>> = {
    stuck: state.stuck?.groups.reduce((sum, { count }) => sum + count, 0) ?? 0,
    findings: state.findings?.findings.length ?? 0,
    tasks: state.total,
  };
  const count = counts[tab] ?? 0;
  return count === 0 ? undefined : h('span', { class: 'badge' }, short(count));
}

const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

function short(count: number): string {
  return compact.format(count);
}
