import { setTimeout as delay } from 'node:timers/promises';
import { UserError } from '#workspace/userError.ts';
import { asyncGraph, type AsyncGraph } from './asyncGraph.ts';
import type { HeapGraph, ScriptPlace } from './heapGraph.ts';
import { askForPlaces, objectGroup, pendingPromises, type LocatedTasks } from './locateTasks.ts';
import type { Session } from './session.ts';
import { snapshotParser } from './snapshotParser.ts';
import { numberOf, textOf } from './unknownFields.ts';

/** What one thread of a program was doing at one moment. */
export interface Picture {
  readonly graph: HeapGraph;
  readonly asyncs: AsyncGraph;
  readonly located: LocatedTasks;
  readonly scripts: ReadonlyMap<string, Script>;
  /** How long the thread stood still. */
  readonly pauseMs: number;
}

export interface Script {
  /** `file:` or `node:` for most; a path for CommonJS; '' for code made at run time. */
  readonly url: string;
  /** '' when it has none. May be a `data:` URL. */
  readonly sourceMapUrl: string;
  /** Its text as it was loaded; only of scripts with a task of the program. */
  readonly text?: string;
}

export interface PictureOptions {
  /** Whether tasks with this script are of interest. */
  readonly isShown: (script: Script | undefined) => boolean;
  /** What the snapshot is expected to take; waiting for it ends far above. */
  readonly expectedMs: number;
  /** Looked at between the steps: a program must not be left standing. */
  readonly signal: AbortSignal;
}

/**
 * Takes the picture: stops the thread, takes a heap snapshot, asks where each task waits, lets it go on.
 * Without the stop, tasks would go on between the snapshot and the questions. The debugger's domain is on only meanwhile.
 */
export async function takePicture(session: Session, options: PictureOptions): Promise<Picture> {
  const scripts = new Map<string, Script>();
  const off = session.on('Debugger.scriptParsed', (params) => {
    const id = textOf(params, 'scriptId');
    const script = { url: textOf(params, 'url') ?? '', sourceMapUrl: textOf(params, 'sourceMapURL') ?? '' };
    if (id !== undefined) scripts.set(id, script);
  });
  try {
    const hold = await holdThread(session);
    try {
      const { asked, ...seen } = await lookAround(session, scripts, { ...options, isOurs: hold.isOurs });
      await hold.letGo();
      const located = await asked.answers();
      const pauseMs = performance.now() - hold.since;
      await addTexts(session, scripts, located);
      return { ...seen, located, scripts, pauseMs };
    } finally {
      await hold.letGo();
    }
  } finally {
    off();
    await Promise.all([
      session.request('Runtime.releaseObjectGroup', { objectGroup }),
      session.request('HeapProfiler.disable'),
      session.request('Debugger.disable'),
    ]);
  }
}

interface Hold {
  /** Whether it was us who stopped the thread, so that it goes on when we say so. */
  readonly isOurs: boolean;
  /** On the clock of `performance.now()`. */
  readonly since: number;
  /** Lets the thread go on. May be called again. */
  letGo(): Promise<void>;
}

/** Between the answer to one request and the sending of the request that stops the thread. */
const calmMs = 20;

async function holdThread(session: Session): Promise<Hold> {
  let isPaused = false;
  let off = (): void => undefined;
  const paused = new Promise<'paused'>((resolve) => {
    off = session.on('Debugger.paused', () => {
      isPaused = true;
      resolve('paused');
    });
  });
  await session.request('HeapProfiler.enable');
  await session.request('Debugger.enable');
  // Whoever debugs the program has stopped it already, and will let it go on.
  if (isPaused) return { isOurs: false, since: performance.now(), letGo: async () => undefined };
  // Node takes the messages that have arrived as one batch. A batch that goes on behind a pause is never finished: the thread would hang.
  // So nothing else may be on its way now, and nothing is sent before the pause is known.
  await delay(calmMs);
  const since = performance.now();
  const evaluated = session.request('Runtime.evaluate', { expression: 'debugger' }, 3_600_000);
  // When the connection breaks during the pause, the request under way then tells; this one must not end our process.
  evaluated.catch(() => undefined);
  const first = await Promise.race([paused, evaluated.then(() => 'ended' as const)]);
  let isHeld = first === 'paused';
  return {
    isOurs: true,
    since,
    letGo: async () => {
      off();
      if (!isHeld) return;
      isHeld = false;
      await session.request('Debugger.resume');
      await evaluated;
    },
  };
}

async function lookAround(
  session: Session,
  scripts: ReadonlyMap<string, Script>,
  { isShown, expectedMs, isOurs, signal }: PictureOptions & Pick<Hold, 'isOurs'>,
): Promise<Pick<Picture, 'graph' | 'asyncs'> & { readonly asked: Awaited<ReturnType<typeof askForPlaces>> }> {
  // Answers by way of the promises come only when the thread goes on.
  const promises = isOurs ? await pendingPromises(session) : undefined;
  signal.throwIfAborted();
  const graph = await takeSnapshot(session, expectedMs);
  signal.throwIfAborted();
  const asyncs = asyncGraph(graph);
  const isTaskShown = (task: number): boolean => isShown(scripts.get(scriptOf(graph, asyncs, task) ?? ''));
  const asked = await askForPlaces(session, { graph, asyncs, promises, isShown: isTaskShown });
  return { graph, asyncs, asked };
}

/** Script that a task's function stands in; `undefined` for functions of V8 itself. */
export function scriptOf(graph: HeapGraph, asyncs: AsyncGraph, task: number): string | undefined {
  return functionPlace(graph, asyncs, task)?.scriptId;
}

/** Where a task's function begins. */
export function functionPlace(graph: HeapGraph, asyncs: AsyncGraph, task: number): ScriptPlace | undefined {
  return graph.locations.get(task) ?? graph.locations.get(asyncs.functionOf.get(task) ?? -1);
}

async function takeSnapshot(session: Session, expectedMs: number): Promise<HeapGraph> {
  const parser = snapshotParser();
  const off = session.on('HeapProfiler.addHeapSnapshotChunk', (params) => parser.push(textOf(params, 'chunk') ?? ''));
  try {
    await session.request('HeapProfiler.takeHeapSnapshot', { reportProgress: false }, 60_000 + 20 * expectedMs);
    return parser.finish();
  } finally {
    off();
  }
}

/** The texts as they were loaded: files may have changed since. */
async function addTexts(session: Session, scripts: Map<string, Script>, located: LocatedTasks): Promise<void> {
  const ids = new Set(Array.from(located.places.values(), ({ scriptId }) => scriptId));
  await Promise.all(
    Array.from(ids, async (scriptId) => {
      const script = scripts.get(scriptId);
      const text = textOf(await session.request('Debugger.getScriptSource', { scriptId }), 'scriptSource');
      if (script !== undefined && text !== undefined) scripts.set(scriptId, { ...script, text });
    }),
  );
}

/** Bytes of the heap that a snapshot goes through. */
export async function heapBytes(session: Session): Promise<number> {
  const used = numberOf(await session.request('Runtime.getHeapUsage'), 'usedSize');
  if (used === undefined) throw new UserError('The process did not say how large its heap is');
  return used;
}
