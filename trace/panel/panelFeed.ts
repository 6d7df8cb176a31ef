import {
  panelLimits,
  panelVersion,
  type BlocksMessage,
  type HostMessage,
  type PanelFinding,
  type PanelPlace,
  type PanelState,
} from '#protocol/panel.ts';
import type { ThreadModel, TraceModel } from '../model.ts';
import type { Resolve, SourcePlace } from '../sourcePlace.ts';
import { placeId } from '../taskChains.ts';
import { panelComparison, type NamedRun } from './panelComparison.ts';
import { panelPlaces, type PanelPlaces } from './panelPlaces.ts';
import { panelStatistics } from './panelStatistics.ts';
import { panelStuck, type PanelNumbers } from './panelStuck.ts';
import { panelTasks } from './panelTasks.ts';
import { panelWaits } from './panelWaits.ts';

/** What a panel is told of besides the model. */
export interface PanelSituation {
  readonly state: PanelState;
  /** The loop stands still since so many ms; 0 or absent: it turns. */
  readonly blockedMs?: number;
  /** Messages that this listener did not get. */
  readonly droppedMessages?: number;
}

/** A finding of the linter, with its place as people know it. */
export interface FindingSource extends Omit<PanelFinding, 'place'> {
  readonly at: SourcePlace;
}

/**
 * Everything the host posts to one panel. Its owner posts what each call returns, in that order. Pure: the owner has the clock, the files
 * and the webview. A million tasks cost about 40 bytes each, once; afterwards only what is new.
 */
export interface PanelFeed {
  /** After `ready`: everything from the beginning. */
  open(model: TraceModel, situation: PanelSituation): readonly HostMessage[];
  /** Tasks, blocks and status since the last call, about four times a second. Opens anew by itself when rows were let go. */
  update(model: TraceModel, situation: PanelSituation): readonly HostMessage[];
  /** What waits now, about twice a second. Looks at every row: mind models of millions. */
  stuck(model: TraceModel): readonly HostMessage[];
  /** Figures by site; looks at every row and sorts, so only every few seconds while live. */
  statistics(model: TraceModel): readonly HostMessage[];
  /** The answer to `askWaits`. */
  waits(model: TraceModel, rows: readonly number[]): readonly HostMessage[];
  findings(findings: readonly FindingSource[]): readonly HostMessage[];
  compare(before: NamedRun, after: NamedRun): readonly HostMessage[];
  /** The place that `openSource` names; `undefined`: never told, so not to be opened. */
  placeAt(id: number): PanelPlace | undefined;
}

export function panelFeed({ title, resolve }: { readonly title: string; readonly resolve: Resolve }): PanelFeed {
  const places = panelPlaces(resolve);
  let numbers: PanelNumbers = { places, tasks: panelTasks(places) };
  let threads = 0;
  let blocks = -1;

  /** Places come before what refers to them. */
  const withPlaces = (...messages: readonly HostMessage[]): readonly HostMessage[] => [...places.fresh(), ...messages];

  const open: PanelFeed['open'] = (model, situation) => {
    numbers = { places, tasks: panelTasks(places) };
    threads = model.threads.length;
    blocks = -1;
    places.tellAgain();
    return [opening(title, model, situation), ...news(model, situation)];
  };

  const news = (model: TraceModel, situation: PanelSituation): readonly HostMessage[] => {
    places.readFrom(model);
    const tasks = numbers.tasks.news(model);
    if (tasks === undefined) return open(model, situation);
    const count = model.threads.reduce((sum, each) => sum + each.blocks.length, 0);
    const told = count === blocks ? [] : [panelBlocks(model, numbers)];
    blocks = count;
    return withPlaces(...tasks, ...told, statusOf(model, situation));
  };

  return {
    open,
    // A new thread changes the list of names, which only `open` tells.
    update: (model, situation) => (model.threads.length === threads ? news(model, situation) : open(model, situation)),
    stuck(model) {
      places.readFrom(model);
      const message = panelStuck(model, numbers);
      return withPlaces(message);
    },
    statistics(model) {
      places.readFrom(model);
      const message = panelStatistics(model, places);
      return withPlaces(message);
    },
    waits: (model, rows) => [panelWaits(model, rows, numbers)],
    findings: (findings) => {
      const rows = findings.slice(0, panelLimits.entries).map((finding) => findingRow(finding, places));
      return withPlaces({ kind: 'findings', findings: rows });
    },
    compare: (before, after) => {
      const message = panelComparison(before, after, places);
      return withPlaces(message);
    },
    placeAt: (id) => places.at(id),
  };
}

function opening(title: string, { threads }: TraceModel, { state }: PanelSituation): HostMessage {
  const tasks = threads.reduce((sum, each) => sum + each.tasks.count, 0);
  return {
    kind: 'open',
    version: panelVersion,
    title: title.slice(0, 400),
    startedAt: threads.length === 0 ? 0 : Math.min(...threads.map(({ hello }) => hello.startedAt)),
    expectedTasks: state === 'recorded' ? Math.min(tasks, panelLimits.tasks) : 0,
    threads: threads.slice(0, 1 << 16).map((thread) => threadName(thread, threads)),
  };
}

/** `main`, `thread 2`, and with several processes `4711 main`. */
function threadName({ hello }: ThreadModel, threads: readonly ThreadModel[]): string {
  const name = hello.thread === 0 ? 'main' : `thread ${hello.thread}`;
  return threads.some((other) => other.hello.pid !== hello.pid) ? `${hello.pid} ${name}` : name;
}

function panelBlocks(model: TraceModel, { places, tasks }: PanelNumbers): BlocksMessage {
  const start = Math.min(...model.threads.map(({ hello }) => hello.startedAt));
  const all = model.threads.flatMap((thread) => {
    const offset = (thread.hello.startedAt - start) * 1000;
    const number = tasks.threadOf(thread);
    return thread.blocks.map((note) => ({ thread, number, note, start: note.start + offset }));
  });
  const kept = all.toSorted((a, b) => a.start - b.start).slice(0, panelLimits.blocks);
  return {
    kind: 'blocks',
    start: Float64Array.from(kept, (each) => each.start),
    durationUs: Float64Array.from(kept, ({ note }) => note.durationUs),
    place: Uint32Array.from(kept, ({ thread, note }) => blamed(thread, note, places)),
    thread: Uint16Array.from(kept, ({ number }) => number),
  };
}

/** Place of a block: the known blocking call that took most of it, or the frame to blame. */
function blamed(thread: ThreadModel, note: ThreadModel['blocks'][number], places: PanelPlaces): number {
  const [most] = note.sites.toSorted((a, b) => b.durationUs - a.durationUs);
  if (most !== undefined && most.durationUs * 2 >= note.durationUs) return places.idOf(placeId(thread, most.site));
  const culprit = note.culprit === undefined ? undefined : note.frames[note.culprit];
  return culprit === undefined ? 0 : places.frameId(culprit);
}

function findingRow({ at, ...finding }: FindingSource, places: PanelPlaces): PanelFinding {
  const cut = (text: string) => text.slice(0, panelLimits.text);
  return {
    ...finding,
    message: cut(finding.message),
    evidence: cut(finding.evidence),
    place: places.idFor({ kind: 'finding', label: '', function: '', file: '', line: 0, column: 0, at }),
  };
}

function statusOf({ threads, notes }: TraceModel, situation: PanelSituation): HostMessage {
  const sum = (amount: (thread: ThreadModel) => number) => threads.reduce((all, each) => all + amount(each), 0);
  const start = Math.min(...threads.map(({ hello }) => hello.startedAt));
  const ends = threads.map(({ hello, endTime }) => endTime + (hello.startedAt - start) * 1000);
  return {
    kind: 'status',
    state: situation.state,
    endTime: Math.max(0, ...ends),
    blockedMs: situation.blockedMs ?? 0,
    dropped: {
      events: sum(({ lostWords }) => lostWords),
      messages: situation.droppedMessages ?? 0,
      tasks: sum(({ stats }) => stats?.tasksUntracked ?? 0),
    },
    notes: notes.slice(0, 100).map((note) => note.slice(0, 400)),
  };
}
