import type {
  ComparisonMessage,
  FindingsMessage,
  OpenMessage,
  PanelPlace,
  PanelTab,
  StatisticsMessage,
  StatusMessage,
  StuckMessage,
} from '#protocol/panel.ts';
import type { FromEngine, Gesture, Hovered, SortColumn, TaskDetails, TaskValues } from './engine/engineMessages.ts';
import type { SavedState } from './hostLink.ts';
import type { FilterProblem } from './parseFilter.ts';

/** Everything the page shows. Replaced, never changed, except `places`, which only grows. */
export interface PanelState extends SavedState {
  readonly open: OpenMessage | undefined;
  readonly status: StatusMessage | undefined;
  /** Index: place. */
  readonly places: PanelPlace[];
  readonly stuck: StuckMessage | undefined;
  readonly findings: FindingsMessage | undefined;
  readonly statistics: StatisticsMessage | undefined;
  readonly comparison: ComparisonMessage | undefined;
  /** Tasks in all. */
  readonly total: number;
  readonly table: {
    readonly queries: number;
    readonly total: number;
    readonly matched: number;
    readonly selectedIndex: number;
    /** What the last sorting and filtering cost, ms. */
    readonly sortMs: number;
    readonly filterMs: number;
  };
  readonly rows: { readonly first: number; readonly rows: readonly TaskValues[] };
  readonly details: TaskDetails | undefined;
  readonly hovered: { readonly what: Hovered; readonly x: number; readonly y: number } | undefined;
  readonly problem: FilterProblem | undefined;
  /** Folded nodes of the stacks, by their path. */
  readonly folded: ReadonlySet<string>;
  readonly siteFilter: string;
  readonly siteSort: 'p50' | 'p95' | 'max' | 'count';
}

/** What a user can do. */
export interface Actions {
  show(tab: PanelTab): void;
  setFilter(text: string): void;
  /** Shows the tasks that a filter finds. */
  showTasks(filter: string): void;
  sortBy(column: SortColumn): void;
  needRows(first: number, count: number): void;
  selectIndex(index: number): void;
  select(row: number): void;
  openSource(place: number): void;
  explainRule(ruleId: string): void;
  exportAs(format: 'perfetto' | 'chrome'): void;
  setPaused(isPaused: boolean): void;
  compare(): void;
  gesture(gesture: Gesture): void;
  setCanvas(canvas: HTMLCanvasElement): void;
  setSize(width: number, height: number): void;
  /** Hears of each drawn frame. */
  onDrawn(listen: (drawn: Extract<FromEngine, { kind: 'drawn' }>) => void): void;
  set(part: Partial<PanelState>): void;
}

/** What each view gets. */
export interface ViewProps {
  readonly state: PanelState;
  readonly actions: Actions;
}

const nowhere: PanelPlace = { kind: 'unknown', file: '', line: 0, column: 0, label: '', function: '', isInside: false };

export function firstPanelState(saved: SavedState): PanelState {
  return {
    ...saved,
    open: undefined,
    status: undefined,
    places: [nowhere],
    stuck: undefined,
    findings: undefined,
    statistics: undefined,
    comparison: undefined,
    total: 0,
    table: { queries: 0, total: 0, matched: 0, selectedIndex: -1, sortMs: 0, filterMs: 0 },
    rows: { first: 0, rows: [] },
    details: undefined,
    hovered: undefined,
    problem: undefined,
    folded: new Set(),
    siteFilter: '',
    siteSort: 'p95',
  };
}

export function placeIn({ places }: PanelState, id: number): PanelPlace {
  return places[id] ?? nowhere;
}
