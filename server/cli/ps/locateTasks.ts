import type { AsyncGraph } from './asyncGraph.ts';
import { edgesOf, type HeapGraph, type ScriptPlace } from './heapGraph.ts';
import type { Session } from './session.ts';
import { stackScript } from './stackScript.ts';
import { fieldOf, listOf, numberOf, textOf } from './unknownFields.ts';

/** Name under which the program keeps objects for us, until they are released together. */
export const objectGroup = 'rubato-ps';

/** Where tasks wait. */
export interface LocatedTasks {
  /** Position of the await, by task. */
  readonly places: ReadonlyMap<number, ScriptPlace>;
  /** Shown tasks without one. */
  readonly missing: number;
}

export interface LocateOptions {
  readonly graph: HeapGraph;
  readonly asyncs: AsyncGraph;
  /** Handle of the list of promises, from `pendingPromises`. */
  readonly promises: string | undefined;
  readonly isShown: (task: number) => boolean;
}

/** Makes the program list its promises. Before the snapshot, so that the snapshot shows which is which. */
export async function pendingPromises(session: Session): Promise<string | undefined> {
  // Not `Promise.prototype`: programs replace the global one.
  const prototype = await session.request('Runtime.evaluate', {
    expression: 'Object.getPrototypeOf((async () => {})())',
    objectGroup,
  });
  const prototypeObjectId = textOf(prototype, 'result', 'objectId');
  const list = await session.request('Runtime.queryObjects', { prototypeObjectId, objectGroup }, 600_000);
  return textOf(list, 'objects', 'objectId');
}

/**
 * Asks the stopped program where its tasks wait: a heap snapshot knows the function only. The answers come once the program goes on; call
 * `answers` then. They hold for the moment of the stop.
 */
export async function askForPlaces(
  session: Session,
  options: LocateOptions,
): Promise<{ answers(): Promise<LocatedTasks> }> {
  const places = new Map<number, ScriptPlace>();
  const shown = Array.from(options.asyncs.awaited.keys()).filter((task) => options.isShown(task));
  const indexes = await promiseIndexes(session, options);
  const asked = shown.flatMap((task) => {
    const index = indexes.get(soleReaction(options.asyncs, task) ?? -1);
    return index === undefined ? [] : [{ task, index }];
  });
  const easy = new Set(asked.map(({ task }) => task));
  await askOneByOne(session, options, { tasks: shown.filter((task) => !easy.has(task)), places });
  const answer = askByStack(session, options.promises, asked.filter(firstOfEachFunction(options)));
  return {
    answers: async () => {
      for (const { task, line, column } of await answer) {
        const scriptId = options.graph.locations.get(task)?.scriptId;
        if (scriptId !== undefined) places.set(task, { scriptId, line, column });
      }
      return { places, missing: shown.length - places.size };
    },
  };
}

/** Position in the list, by node of the promise. */
async function promiseIndexes(
  session: Session,
  { graph, promises }: LocateOptions,
): Promise<ReadonlyMap<number, number>> {
  const indexes = new Map<number, number>();
  if (promises === undefined) return indexes;
  const found = await session.request('HeapProfiler.getHeapObjectId', { objectId: promises });
  const list = graph.nodeId.indexOf(Number(textOf(found, 'heapSnapshotObjectId') ?? 0));
  if (list < 0) return indexes;
  for (const { type, name, node } of edgesOf(graph, list)) if (type === 'element') indexes.set(node, Number(name));
  return indexes;
}

/** The promise that a task awaits, when nothing else waits for it: V8 shows no awaits behind a promise with several. */
function soleReaction(asyncs: AsyncGraph, task: number): number | undefined {
  const promise = asyncs.awaited.get(task)?.[0];
  return promise !== undefined && asyncs.reactionCount.get(promise) === 1 ? promise : undefined;
}

interface Asked {
  readonly task: number;
  /** Of its promise. */
  readonly index: number;
}

/** Tasks of one function that are asked at most, to bound the stop. */
const maxPerFunction = 20_000;

function firstOfEachFunction({ graph, asyncs }: LocateOptions): (asked: Asked) => boolean {
  const counts = new Map<string, number>();
  return ({ task }) => {
    const key = functionKey(graph, asyncs, task);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    return count < maxPerFunction;
  };
}

function functionKey(graph: HeapGraph, asyncs: AsyncGraph, task: number): string {
  const place = graph.locations.get(task);
  return place === undefined ? `${asyncs.functionOf.get(task)}` : `${place.scriptId}:${place.line}:${place.column}`;
}

interface Answer {
  readonly task: number;
  readonly line: number;
  readonly column: number;
}

async function askByStack(
  session: Session,
  objectId: string | undefined,
  asked: readonly Asked[],
): Promise<readonly Answer[]> {
  if (objectId === undefined || asked.length === 0) return [];
  const answer = await session.request('Runtime.callFunctionOn', {
    objectId,
    functionDeclaration: stackScript,
    arguments: [{ value: JSON.stringify(asked.map(({ index }) => index)) }],
    awaitPromise: true,
    returnByValue: true,
    silent: true,
  });
  const rows: unknown = JSON.parse(textOf(answer, 'result', 'value') ?? '[]');
  return asked.flatMap(({ task }, at) => {
    const row = listOf(rows, String(at));
    const [line, column] = row;
    return typeof line === 'number' && typeof column === 'number' ? [{ task, line: line - 1, column: column - 1 }] : [];
  });
}

/** Time for questions that each make V8 walk through its whole heap. */
const oneByOneMs = 500;

interface OneByOne {
  readonly tasks: readonly number[];
  readonly places: Map<number, ScriptPlace>;
}

/** For the others. Tasks of one function that await the very same promise are at the same await, so one of them is asked. */
async function askOneByOne(
  session: Session,
  { graph, asyncs }: LocateOptions,
  { tasks, places }: OneByOne,
): Promise<void> {
  const groups = new Map<string, number[]>();
  for (const task of tasks) {
    const key = `${functionKey(graph, asyncs, task)} ${asyncs.awaited.get(task)?.[0]}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [task]);
    else group.push(task);
  }
  const deadline = performance.now() + oneByOneMs;
  for (const group of Array.from(groups.values()).toSorted((a, b) => b.length - a.length)) {
    if (performance.now() > deadline) return;
    const place = await placeOf(session, graph.nodeId[group[0] ?? 0] ?? 0);
    if (place !== undefined) for (const task of group) places.set(task, place);
  }
}

async function placeOf(session: Session, heapId: number): Promise<ScriptPlace | undefined> {
  const found = await session.request('HeapProfiler.getObjectByHeapObjectId', {
    objectId: String(heapId),
    objectGroup,
  });
  const objectId = textOf(found, 'result', 'objectId');
  const properties = await session.request('Runtime.getProperties', { objectId, ownProperties: true });
  const location = listOf(properties, 'internalProperties').find(
    (each) => textOf(each, 'name') === '[[GeneratorLocation]]',
  );
  const value = fieldOf(location, 'value', 'value');
  const [scriptId, line] = [textOf(value, 'scriptId'), numberOf(value, 'lineNumber')];
  if (scriptId === undefined || line === undefined) return undefined;
  return { scriptId, line, column: numberOf(value, 'columnNumber') ?? 0 };
}
