import type { OpenMessage, TasksMessage } from '#protocol/panel.ts';
import { isProblem, parseFilter, type Filter } from '../parseFilter.ts';
import type { FromEngine, Gesture, ToEngine } from './engineMessages.ts';
import { filterRows } from './filterRows.ts';
import { endRow } from './laneGroups.ts';
import { sortRows, type SortOrder } from './sortRows.ts';
import { addPlaces, addTasks, isAlive, taskStore, type TaskStore } from './taskStore.ts';
import { taskDetails, taskValues } from './taskValues.ts';
import {
  applyGesture,
  clearTimeline,
  draw,
  hoveredAt,
  setBlocks,
  setCanvas,
  setTheme,
  showTask,
  timeline,
} from './timeline.ts';
import { contentHeight, layoutOf } from './timelineLayout.ts';
import { missingWaits, takeWaits } from './waitCache.ts';

/** What the engine needs of where it runs: a worker, or the page where there is none. */
export interface EngineHost {
  post(message: FromEngine): void;
  /** Before the next frame. */
  frame(run: () => void): void;
  later(ms: number, run: () => void): void;
  /** ms, monotonic. */
  now(): number;
}

/**
 * Holds the columns of a trace and does all that costs time with them: sorting, filtering, packing lanes, drawing. It owns them alone, so a
 * million tasks are in memory once, and the page stays free.
 */
export function panelEngine(host: EngineHost): (message: ToEngine) => void {
  let store: TaskStore = taskStore(0, []);
  const line = timeline();
  let order: Uint32Array = new Uint32Array(0);
  let sorted: Uint32Array | undefined;
  let filter: Filter = { terms: [] };
  let sort: SortOrder = { column: 'begun', isDescending: false };
  let window = { first: 0, count: 0 };
  let shown = { isTable: true, isTimeline: false };
  let isDrawAsked = false;
  let isTableAsked = false;
  let isOutOfStep = false;
  let frames = 0;
  let expected = 0;
  let tableMs = 0;
  let queries = 0;

  const take = (message: ToEngine): void => {
    switch (message.kind) {
      case 'open':
        return open(message);
      case 'places':
        return addPlaces(store, message);
      case 'tasks':
        return takeTasks(message);
      case 'blocks':
        setBlocks(line, message);
        return askDraw();
      case 'waits':
        takeWaits(line.waits, store, message);
        if (message.rows.includes(line.selected)) sendDetails();
        return askDraw();
      case 'progress':
        store.endTime = Math.max(store.endTime, message.endTime);
        line.blockedMs = message.blockedMs;
        return message.isLive ? askDraw() : undefined;
      case 'query':
        return query(message);
      case 'window':
        window = message;
        return sendRows();
      case 'select':
        return select(message.row, message.isRevealed);
      case 'selectIndex':
        return select(order[Math.max(0, Math.min(message.index, order.length - 1))] ?? 0, true);
      case 'canvas':
        setCanvas(line, message.canvas);
        return askDraw();
      case 'size':
        line.size = message;
        return askDraw();
      case 'theme':
        setTheme(line, message.theme);
        return askDraw();
      case 'shown':
        shown = message;
        if (shown.isTable) refreshTable();
        return askDraw();
      case 'gesture':
        return gesture(message.gesture);
      default:
        return message satisfies never;
    }
  };

  function open({ expectedTasks, threads }: OpenMessage): void {
    store = taskStore(expectedTasks, threads);
    expected = expectedTasks;
    isOutOfStep = false;
    sorted = undefined;
    clearTimeline(line);
    order = new Uint32Array(0);
    host.post({ kind: 'details', details: undefined, selectedIndex: -1 });
    refreshTable();
    askDraw();
  }

  function takeTasks(message: TasksMessage): void {
    if (isOutOfStep) return;
    const { changed } = message;
    if (!addTasks(store, message)) {
      isOutOfStep = true;
      return host.post({ kind: 'outOfStep' });
    }
    for (const row of changed.rows)
      if (row <= line.lanes.packed && !isAlive(store, row)) endRow(line.lanes, store, row);
    sorted = undefined;
    host.post({ kind: 'counted', total: store.count });
    // A recorded trace comes in parts; sorting each would be work for nothing.
    if (store.count < expected) return;
    askTable();
    askDraw();
    if (line.selected !== 0 && changed.rows.includes(line.selected)) sendDetails();
  }

  function query({ filter: text, column, isDescending }: Extract<ToEngine, { kind: 'query' }>): void {
    const parsed = parseFilter(text);
    filter = isProblem(parsed) ? filter : parsed;
    if (column !== sort.column || isDescending !== sort.isDescending) sorted = undefined;
    sort = { column, isDescending };
    queries += 1;
    refreshTable();
  }

  /** While data streams in, at most a quarter of the time goes into the table. */
  function askTable(): void {
    if (isTableAsked || !shown.isTable) return;
    isTableAsked = true;
    host.later(Math.max(expected > 0 && sorted === undefined && order.length === 0 ? 0 : 250, tableMs * 3), () => {
      isTableAsked = false;
      refreshTable();
    });
  }

  function refreshTable(): void {
    const start = host.now();
    sorted ??= sortRows(store, sort);
    const afterSort = host.now();
    order = filterRows(store, sorted, filter);
    const end = host.now();
    tableMs = end - start;
    host.post({
      kind: 'table',
      queries,
      total: store.count,
      matched: order.length,
      selectedIndex: selectedIndex(),
      sortMs: afterSort - start,
      filterMs: end - afterSort,
    });
    sendRows();
  }

  function sendRows(): void {
    const first = Math.max(0, Math.min(window.first, order.length - 1));
    const rows = Array.from(order.subarray(first, first + window.count), (row) => taskValues(store, row));
    host.post({ kind: 'rows', first, rows });
  }

  function selectedIndex(): number {
    return line.selected === 0 ? -1 : order.indexOf(line.selected);
  }

  function select(row: number, isRevealed: boolean): void {
    line.selected = row >= 1 && row <= store.count ? row : 0;
    if (isRevealed) showTask(line, store);
    askWaits([line.selected]);
    sendDetails();
    askDraw();
  }

  function sendDetails(): void {
    const details = taskDetails(store, line.waits, line.selected);
    host.post({ kind: 'details', details, selectedIndex: selectedIndex() });
  }

  function gesture(done: Gesture): void {
    const row = applyGesture(line, store, done);
    if (row !== undefined) select(row, done.kind === 'neighbor');
    if (done.kind === 'hover') {
      host.post({ kind: 'hovered', hovered: hoveredAt(line, store, done), x: done.x, y: done.y });
    }
    // What moves under a pointer that rests is no longer what it pointed at.
    else host.post({ kind: 'hovered', hovered: undefined, x: 0, y: 0 });
    askDraw();
  }

  function askDraw(): void {
    if (isDrawAsked || !shown.isTimeline) return;
    isDrawAsked = true;
    host.frame(drawFrame);
  }

  function drawFrame(): void {
    isDrawAsked = false;
    const start = host.now();
    const wide = draw(line, store);
    if (wide === undefined) return;
    frames += 1;
    host.post({
      kind: 'drawn',
      from: line.view.from,
      to: line.view.to,
      frames,
      drawMs: host.now() - start,
      contentHeight: contentHeight(layoutOf(line.lanes)),
      scroll: line.scroll,
      tasks: store.count,
    });
    if (wide.length > 0) askWaitsSoon(wide.map(({ row }) => row));
  }

  let wanted: readonly number[] = [];
  let isWaitsAsked = false;

  /** When the view has come to rest. */
  function askWaitsSoon(rows: readonly number[]): void {
    wanted = rows;
    if (isWaitsAsked) return;
    isWaitsAsked = true;
    host.later(80, () => {
      isWaitsAsked = false;
      askWaits(wanted);
    });
  }

  function askWaits(rows: readonly number[]): void {
    const missing = missingWaits(line.waits, store, rows.slice(0, 1000));
    if (missing.length > 0) host.post({ kind: 'askWaits', rows: missing });
  }

  return take;
}
