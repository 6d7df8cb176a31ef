import { h, render } from 'preact';
import { panelTabs, panelVersion, type HostMessage } from '#protocol/panel.ts';
import { canvasForEngine, startEngine } from './engineLink.ts';
import type { FromEngine } from './engine/engineMessages.ts';
import { hostLink } from './hostLink.ts';
import './panel.css';
import { firstPanelState, type Actions, type PanelState } from './panelState.ts';
import { isProblem, parseFilter } from './parseFilter.ts';
import { onThemeChange, timelineTheme } from './themeColors.ts';
import { App } from './views/app.ts';

const host = hostLink(panelTabs);
const root = document.querySelector('#panel') ?? document.body;
let state = firstPanelState(host.readState());
let isRenderAsked = false;
const drawnListeners: ((drawn: Extract<FromEngine, { kind: 'drawn' }>) => void)[] = [];
const send = startEngine(takeFromEngine);

/** Changes what is shown, with the next frame. */
function set(part: Partial<PanelState>): void {
  state = { ...state, ...part };
  if (isRenderAsked) return;
  isRenderAsked = true;
  requestAnimationFrame(() => {
    isRenderAsked = false;
    render(h(App, { state, actions }), root);
  });
}

function save(): void {
  const { tab, filter, column, isDescending } = state;
  host.saveState({ tab, filter, column, isDescending });
}

function query(): void {
  const { filter, column, isDescending } = state;
  const parsed = parseFilter(filter);
  set({ problem: isProblem(parsed) ? parsed : undefined });
  send({ kind: 'query', filter, column, isDescending });
  save();
}

function tellShown(): void {
  const isTimeline = state.tab === 'timeline';
  send({ kind: 'shown', isTable: state.tab === 'tasks', isTimeline });
}

const actions: Actions = {
  set,
  show(tab) {
    set({ tab, hovered: undefined });
    tellShown();
    save();
  },
  setFilter(filter) {
    set({ filter });
    query();
  },
  showTasks(filter) {
    set({ filter });
    query();
    actions.show('tasks');
  },
  sortBy(column) {
    // Names from A, numbers from the largest.
    const isText = column === 'function' || column === 'place' || column === 'parent' || column === 'waitsAt';
    const isFirstWay = column === 'begun' || column === 'state' || isText;
    set({ column, isDescending: column === state.column ? !state.isDescending : !isFirstWay });
    query();
  },
  needRows: (first, count) => send({ kind: 'window', first, count }),
  selectIndex: (index) => send({ kind: 'selectIndex', index }),
  select: (row) => send({ kind: 'select', row, isRevealed: true }),
  openSource: (place) => {
    if (place !== 0) host.post({ kind: 'openSource', place });
  },
  explainRule: (ruleId) => host.post({ kind: 'explainRule', ruleId }),
  exportAs: (format) => host.post({ kind: 'export', format }),
  setPaused: (isPaused) => host.post({ kind: 'setPaused', isPaused }),
  compare: () => host.post({ kind: 'compare' }),
  gesture: (gesture) => send({ kind: 'gesture', gesture }),
  setCanvas(canvas) {
    send({ kind: 'theme', theme: timelineTheme() });
    send({ kind: 'canvas', canvas: canvasForEngine(canvas) });
  },
  setSize: (width, height) => send({ kind: 'size', width, height, ratio: Math.min(2, devicePixelRatio) }),
  onDrawn: (listen) => void drawnListeners.push(listen),
};

function takeFromHost(message: HostMessage): void {
  switch (message.kind) {
    case 'open': {
      const { tab, filter, column, isDescending } = state;
      set({ ...firstPanelState({ tab, filter, column, isDescending }), open: message, problem: state.problem });
      return send(message);
    }
    case 'places':
      if (message.first === state.places.length) state.places.push(...message.places);
      set({});
      return send(message);
    case 'tasks':
    case 'blocks':
    case 'waits':
      return send(message);
    case 'status': {
      const { endTime, blockedMs } = message;
      set({ status: message });
      return send({ kind: 'progress', endTime, blockedMs, isLive: message.state === 'live' });
    }
    case 'stuck':
      return set({ stuck: message });
    case 'findings':
      return set({ findings: message });
    case 'statistics':
      return set({ statistics: message });
    case 'comparison':
      return set({ comparison: message });
    case 'show':
      if (message.filter !== undefined) actions.setFilter(message.filter);
      if (message.tab !== undefined) actions.show(message.tab);
      return;
    default:
      message satisfies never;
  }
}

function takeFromEngine(message: FromEngine): void {
  switch (message.kind) {
    case 'table':
      return set({ table: message });
    case 'counted':
      return set({ total: message.total });
    case 'rows':
      return set({ rows: message });
    case 'details':
      return set({ details: message.details, table: { ...state.table, selectedIndex: message.selectedIndex } });
    case 'hovered':
      return set({
        hovered: message.hovered === undefined ? undefined : { what: message.hovered, x: message.x, y: message.y },
      });
    case 'drawn':
      for (const listen of drawnListeners) listen(message);
      return;
    case 'askWaits':
      return host.post({ kind: 'askWaits', rows: message.rows });
    case 'outOfStep':
      return host.post({ kind: 'ready', version: panelVersion });
    case 'fault':
      return host.post({ kind: 'fault', message: message.message.slice(0, 1000) });
    default:
      message satisfies never;
  }
}

addEventListener('error', ({ message }) => host.post({ kind: 'fault', message: message.slice(0, 1000) }));
onThemeChange(() => send({ kind: 'theme', theme: timelineTheme() }));
host.listen(takeFromHost);
set({});
query();
tellShown();
host.post({ kind: 'ready', version: panelVersion });
