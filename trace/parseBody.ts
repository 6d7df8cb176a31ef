import { traceModes, type Goodbye, type Hello, type Stats } from '#protocol/messages.ts';
import type { Site, SiteKind, SiteTable, SourceFile } from '#protocol/sites.ts';
import { amountOf, choiceOf, countOf, isFields, listOf, textOf, textsOf, type Fields } from './fields.ts';

/** JSON bodies of frames, which may hold anything: what is not as it should be is `undefined` or left out. None throws. */

// Every host of this layer has it, and no library of types says so without also promising a DOM.
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string };
const decoder = new TextDecoder();

/** The object in a JSON body. Deep nesting does no harm: nobody walks into what has no name here. */
export function parseBody(body: Uint8Array): Fields | undefined {
  try {
    const value: unknown = JSON.parse(decoder.decode(body));
    return isFields(value) ? value : undefined;
  } catch {
    // Cut off or overwritten; the caller notes it.
    return undefined;
  }
}

export function parseHello(fields: Fields): Hello | undefined {
  const version = amountOf(fields, 'version');
  const pid = amountOf(fields, 'pid');
  const thread = amountOf(fields, 'thread');
  if (version === undefined || pid === undefined || thread === undefined) return undefined;
  const parentThread = amountOf(fields, 'parentThread');
  const script = textOf(fields, 'script', 4096);
  return {
    version,
    pid,
    parentPid: countOf(fields, 'parentPid'),
    thread,
    ...(parentThread === undefined ? {} : { parentThread }),
    mode: choiceOf(fields, 'mode', traceModes) ?? 'trace',
    runtime: textOf(fields, 'runtime') ?? '',
    platform: textOf(fields, 'platform') ?? '',
    ...(script === undefined ? {} : { script }),
    startedAt: countOf(fields, 'startedAt'),
    segment: countOf(fields, 'segment'),
  };
}

const siteKinds: readonly SiteKind[] = [
  'function',
  'sync-function',
  'module',
  'await',
  'for-await',
  'yield',
  'catch',
  'call',
  'blocking',
];

/** Files and sites of one table at most. */
const maxSites = 1 << 20;

export function parseSiteTable(fields: Fields): SiteTable {
  return {
    files: listOf(fields, 'files', maxSites).flatMap((each) => parseFile(each) ?? []),
    sites: listOf(fields, 'sites', maxSites).flatMap((each) => parseSite(each) ?? []),
  };
}

/** A data URL of the largest map that the hook hands over, in code units. */
const maxSourceMap = 8 * 1024 * 1024;

function parseFile(fields: Fields): SourceFile | undefined {
  const id = amountOf(fields, 'id');
  const path = textOf(fields, 'path', 4096);
  if (id === undefined || path === undefined) return undefined;
  const sourceMap = textOf(fields, 'sourceMap', maxSourceMap);
  return { id, path, ...(sourceMap === undefined ? {} : { sourceMap }) };
}

function parseSite(fields: Fields): Site | undefined {
  const id = amountOf(fields, 'id');
  const kind = choiceOf(fields, 'kind', siteKinds);
  if (id === undefined || kind === undefined) return undefined;
  const hash = textOf(fields, 'hash', 64);
  return {
    id,
    kind,
    file: countOf(fields, 'file'),
    line: countOf(fields, 'line'),
    column: countOf(fields, 'column'),
    label: textOf(fields, 'label', 200) ?? '',
    owner: countOf(fields, 'owner'),
    offset: countOf(fields, 'offset'),
    ...(hash === undefined ? {} : { hash }),
  };
}

export function parseGoodbye(fields: Fields): Goodbye {
  const exitCode = amountOf(fields, 'exitCode');
  return { time: countOf(fields, 'time'), ...(exitCode === undefined ? {} : { exitCode }) };
}

export function parseStats(fields: Fields): Stats {
  const count = (name: Exclude<keyof Stats, 'blockedMs' | 'blocks' | 'waiting' | 'swallowed'>) => countOf(fields, name);
  const blockedMs = countOf(fields, 'blockedMs');
  return {
    time: count('time'),
    words: count('words'),
    lostWords: count('lostWords'),
    droppedFrames: count('droppedFrames'),
    tasksStarted: count('tasksStarted'),
    tasksAlive: count('tasksAlive'),
    tasksUntracked: count('tasksUntracked'),
    modulesTransformed: count('modulesTransformed'),
    modulesSkipped: count('modulesSkipped'),
    unhandledRejections: count('unhandledRejections'),
    lateRejections: count('lateRejections'),
    swallowedRejections: count('swallowedRejections'),
    lostTasks: count('lostTasks'),
    gcUs: count('gcUs'),
    ...(blockedMs === 0 ? {} : { blockedMs }),
    blocks: listOf(fields, 'blocks', 51).map(parseBlockCount),
    waiting: listOf(fields, 'waiting', 51).map((each) => ({
      site: countOf(each, 'site'),
      count: countOf(each, 'count'),
      oldestMs: countOf(each, 'oldestMs'),
    })),
    swallowed: listOf(fields, 'swallowed', 1001).map((each) => ({
      site: countOf(each, 'site'),
      count: countOf(each, 'count'),
      errorClasses: textsOf(each, 'errorClasses', 5),
    })),
  };
}

function parseBlockCount(fields: Fields): Stats['blocks'][number] {
  const buckets = Object.hasOwn(fields, 'buckets') ? fields['buckets'] : undefined;
  return {
    place: textOf(fields, 'place', 4096) ?? '',
    count: countOf(fields, 'count'),
    totalUs: countOf(fields, 'totalUs'),
    maxUs: countOf(fields, 'maxUs'),
    buckets: Array.isArray(buckets) ? buckets.slice(0, 32).map((each) => (typeof each === 'number' ? each : 0)) : [],
  };
}
