import type { BlocksMessage, OpenMessage, PlacesMessage, TasksMessage, WaitsMessage } from '#protocol/panel.ts';

/** Columns of the task table, in their order. */
export const sortColumns = [
  'state',
  'function',
  'place',
  'parent',
  'begun',
  'duration',
  'busy',
  'waits',
  'waitsAt',
] as const;
export type SortColumn = (typeof sortColumns)[number];

/** Colors and sizes that the theme gives the timeline. Colors are `#rrggbb`. */
export interface TimelineTheme {
  readonly background: string;
  readonly foreground: string;
  readonly faint: string;
  readonly line: string;
  readonly error: string;
  readonly warning: string;
  readonly focus: string;
  /** Of functions, in turn. */
  readonly series: readonly string[];
  /** Spans are drawn with outlines. */
  readonly isHighContrast: boolean;
  readonly fontFamily: string;
  readonly fontSize: number;
}

/** What the user does on the timeline; positions in CSS pixels from its upper left corner. */
export type Gesture =
  | { readonly kind: 'zoom'; readonly x: number; readonly factor: number }
  | { readonly kind: 'pan'; readonly dx: number; readonly dy: number }
  /** In shares of what is seen. */
  | { readonly kind: 'step'; readonly across: number; readonly down: number }
  | { readonly kind: 'zoomCenter'; readonly factor: number }
  | { readonly kind: 'fit' }
  | { readonly kind: 'fitSelection' }
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'hover'; readonly x: number; readonly y: number }
  | { readonly kind: 'leave' }
  | { readonly kind: 'click'; readonly x: number; readonly y: number }
  | { readonly kind: 'expandAll'; readonly isExpanded: boolean }
  /** Selects the next or previous task beside the selected one. */
  | { readonly kind: 'neighbor'; readonly step: -1 | 1; readonly of: 'lane' | 'group' };

/** From the page to the engine. */
export type ToEngine =
  | OpenMessage
  | PlacesMessage
  | TasksMessage
  | BlocksMessage
  | WaitsMessage
  | { readonly kind: 'progress'; readonly endTime: number; readonly isLive: boolean; readonly blockedMs: number }
  | {
      readonly kind: 'query';
      readonly filter: string;
      readonly column: SortColumn;
      readonly isDescending: boolean;
    }
  | { readonly kind: 'window'; readonly first: number; readonly count: number }
  | { readonly kind: 'select'; readonly row: number; readonly isRevealed: boolean }
  /** Selects by the index among the rows that match. */
  | { readonly kind: 'selectIndex'; readonly index: number }
  | { readonly kind: 'canvas'; readonly canvas: OffscreenCanvas | HTMLCanvasElement }
  | { readonly kind: 'size'; readonly width: number; readonly height: number; readonly ratio: number }
  | { readonly kind: 'theme'; readonly theme: TimelineTheme }
  | { readonly kind: 'shown'; readonly isTable: boolean; readonly isTimeline: boolean }
  | { readonly kind: 'gesture'; readonly gesture: Gesture };

/** A row of the table. Times in µs, `NaN` where there is none. */
export interface TaskValues {
  readonly row: number;
  readonly state: number;
  /** Places. */
  readonly function: number;
  readonly waitsAt: number;
  readonly parent: number;
  readonly parentFunction: number;
  readonly thread: number;
  readonly begin: number;
  readonly end: number;
  readonly duration: number;
  /** Since it waits or runs, of living ones. */
  readonly age: number;
  readonly busy: number;
  readonly waits: number;
}

export interface TaskWait {
  readonly place: number;
  readonly begin: number;
  readonly end: number;
  readonly child: number;
}

export interface TaskDetails extends TaskValues {
  /** Who started it, innermost first, at most 12. */
  readonly ancestors: readonly { readonly row: number; readonly function: number; readonly state: number }[];
  readonly children: number;
  /** `undefined` until the host has answered. */
  readonly waitList: readonly TaskWait[] | undefined;
}

/** What lies under the pointer. */
export type Hovered =
  | { readonly kind: 'task'; readonly task: TaskValues }
  | {
      readonly kind: 'group';
      readonly function: number;
      readonly thread: number;
      readonly time: number;
      readonly alive: number;
      readonly count: number;
      readonly lanes: number;
      readonly isExpanded: boolean;
    }
  | { readonly kind: 'block'; readonly place: number; readonly begin: number; readonly durationUs: number }
  | { readonly kind: 'time'; readonly time: number };

/** From the engine to the page. */
export type FromEngine =
  | {
      readonly kind: 'table';
      /** Queries that are answered by this and earlier ones. */
      readonly queries: number;
      readonly total: number;
      readonly matched: number;
      /** Index of the selected row among those that match, -1: it is not among them. */
      readonly selectedIndex: number;
      /** What the sorting and the filtering cost, ms. */
      readonly sortMs: number;
      readonly filterMs: number;
    }
  /** Rows in all, also while the table is not shown. */
  | { readonly kind: 'counted'; readonly total: number }
  | { readonly kind: 'rows'; readonly first: number; readonly rows: readonly TaskValues[] }
  | { readonly kind: 'details'; readonly details: TaskDetails | undefined; readonly selectedIndex: number }
  | { readonly kind: 'hovered'; readonly hovered: Hovered | undefined; readonly x: number; readonly y: number }
  | {
      readonly kind: 'drawn';
      readonly from: number;
      readonly to: number;
      readonly frames: number;
      readonly drawMs: number;
      /** Height of everything, and where the view begins in it, CSS pixels. */
      readonly contentHeight: number;
      readonly scroll: number;
      readonly tasks: number;
    }
  | { readonly kind: 'askWaits'; readonly rows: readonly number[] }
  /** A message was missing: the page asks the host to begin anew. */
  | { readonly kind: 'outOfStep' }
  | { readonly kind: 'fault'; readonly message: string };
