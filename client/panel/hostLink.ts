import type { HostMessage, PanelMessage, PanelTab } from '#protocol/panel.ts';
import { isHostMessage } from '#protocol/panelGuards.ts';
import { sortColumns, type SortColumn } from './engine/engineMessages.ts';

/** What VS Code gives a webview's page, once. */
interface VsCodeApi {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** The extension host as the panel sees it. */
export interface HostLink {
  post(message: PanelMessage): void;
  /** Checked messages; what has the wrong shape is dropped and told once. */
  listen(take: (message: HostMessage) => void): void;
  readState(): SavedState;
  saveState(state: SavedState): void;
}

/** What outlives the page when its tab is hidden. */
export interface SavedState {
  readonly tab: PanelTab;
  readonly filter: string;
  readonly column: SortColumn;
  readonly isDescending: boolean;
}

const firstState: SavedState = { tab: 'stuck', filter: '', column: 'begun', isDescending: false };

export function hostLink(tabs: readonly PanelTab[]): HostLink {
  const api = acquireVsCodeApi();
  let refused = 0;
  return {
    post: (message) => api.postMessage(message),
    listen(take) {
      addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (isHostMessage(data)) return take(data);
        refused += 1;
        if (refused === 1) api.postMessage({ kind: 'fault', message: 'A message of an unknown shape was refused.' });
      });
    },
    readState: () => savedState(api.getState(), tabs),
    // A host that makes this page anew after a restart has nothing but its state to tell which trace it showed.
    saveState: (state) =>
      api.setState({ ...state, trace: document.querySelector<HTMLElement>('#panel')?.dataset['trace'] }),
  };
}

function savedState(value: unknown, tabs: readonly PanelTab[]): SavedState {
  if (typeof value !== 'object' || value === null) return firstState;
  const field = (name: string): unknown => Object.getOwnPropertyDescriptor(value, name)?.value;
  const filter = field('filter');
  return {
    tab: tabs.find((tab) => tab === field('tab')) ?? firstState.tab,
    filter: typeof filter === 'string' ? filter.slice(0, 1000) : '',
    column: sortColumns.find((column) => column === field('column')) ?? firstState.column,
    isDescending: field('isDescending') === true,
  };
}
