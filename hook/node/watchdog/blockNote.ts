import type { BlockNote, Frame } from '#protocol/messages.ts';
import type { DrainContext, TimedCall } from '../contracts.ts';
import type { RecordWindow } from './recordWindow.ts';

/** A stack taken during a block. */
export interface TakenStack {
  readonly source: 'pause' | 'profile';
  readonly frames: readonly Frame[];
}

/** What is known of a block when it is over. */
export interface BlockFacts {
  readonly start: number;
  readonly durationUs: number;
  readonly gcUs: number;
  /** Id of the task that ran when the block was noticed. */
  readonly task: number;
  /** In the order in which they were taken. */
  readonly stacks: readonly TakenStack[];
  readonly timedCalls: readonly TimedCall[];
  readonly records: RecordWindow;
}

export interface BlameContext {
  readonly isOwn: (file: string) => boolean;
  readonly siteOf: DrainContext['siteOf'];
}

type Blame = Pick<BlockNote, 'frames' | 'culprit' | 'source'>;

const maxFrames = 12;
/** Frames kept inside the culprit when a stack is cut. */
const framesInside = 5;
/** Less time of short blocking calls is not worth a line. */
const leastTimedUs = 1000;
/** Tasks that go on in this many µs of the block at least once make a storm of microtasks. */
const stormStepUs = 1000;

/**
 * Decides what a block is blamed on. Measured time is believed before a sampled stack: a stack shows one moment, and after a
 * native call only the place where it ended.
 */
export function blockNote(facts: BlockFacts, context: BlameContext): BlockNote {
  const sites = timedSites(facts);
  const blame =
    blameTimedSite(facts, sites, context) ??
    blameCollector(facts) ??
    blameMicrotasks(facts, context) ??
    blameStack(facts, context) ??
    blameNothing;
  const { start, durationUs, task, gcUs } = facts;
  return { kind: 'block', start, durationUs, task, gcUs: Math.min(gcUs, durationUs), sites, ...blame };
}

/** Whether all that was seen of a block is work of ours, such as writing the cache of transformed modules: nothing to tell of the program. */
export function isOfHook(
  stacks: readonly TakenStack[],
  { isOwn, isHook }: Pick<BlameContext, 'isOwn'> & { readonly isHook: (file: string) => boolean },
): boolean {
  const isHooks = ({ frames }: TakenStack): boolean =>
    frames.some(({ file }) => isHook(file)) && !frames.some(({ file }) => isOwn(file));
  return stacks.length > 0 && stacks.every(isHooks);
}

const blameNothing: Blame = { frames: [], source: 'none' };

/** Time of known blocking calls inside the block by site, the longest first. */
function timedSites({ start, durationUs, timedCalls, records }: BlockFacts): BlockNote['sites'] {
  const bySite = new Map<number, number>();
  for (const call of timedCalls) {
    const from = Math.max(call.start, start);
    const inside = Math.min(call.start + call.durationUs, start + durationUs) - from;
    if (inside > 0) bySite.set(call.site, (bySite.get(call.site) ?? 0) + inside);
  }
  // Thousands of short calls are in the records only.
  for (const [site, us] of records.timedUs) {
    if (!bySite.has(site) && us >= leastTimedUs) bySite.set(site, Math.min(us, durationUs));
  }
  return [...bySite]
    .map(([site, us]) => ({ site, durationUs: Math.round(us) }))
    .toSorted((a, b) => b.durationUs - a.durationUs)
    .slice(0, maxFrames);
}

function blameTimedSite(
  { durationUs, stacks }: BlockFacts,
  [longest]: BlockNote['sites'],
  { siteOf }: BlameContext,
): Blame | undefined {
  if (longest === undefined || longest.durationUs < durationUs / 2) return undefined;
  const place = frameOfSite(longest.site, siteOf);
  if (place === undefined) return { frames: [], source: 'timed' };
  const same = ({ file, line }: Frame): boolean => file === place.file && line === place.line;
  const stack = stacks.find(({ frames }) => frames.some(same));
  if (stack === undefined) return { frames: [place], culprit: 0, source: 'timed' };
  // The sampled column may be that of the next call on the line.
  const at = stack.frames.findIndex(same);
  return {
    ...cut(
      stack.frames.map((frame, index) => (index === at ? { ...frame, column: place.column } : frame)),
      at,
    ),
    source: 'timed',
  };
}

/** The collector may stop any line of the program; the one it stopped has no part in it. */
function blameCollector({ gcUs, durationUs }: BlockFacts): Blame | undefined {
  return gcUs >= durationUs / 2 ? blameNothing : undefined;
}

function blameMicrotasks(facts: BlockFacts, context: BlameContext): Blame | undefined {
  const { records, durationUs, stacks } = facts;
  if (records.steps < Math.max(16, durationUs / stormStepUs)) return undefined;
  const { start, end } = records.longestGap ?? { start: 0, end: 0 };
  if (end - start > durationUs / 2 || stacks.some(isMacrotask)) return undefined;
  const place =
    records.frequentSuspends >= records.suspends / 2 ? frameOfSite(records.frequentSite, context.siteOf) : undefined;
  if (place !== undefined && context.isOwn(place.file)) return { frames: [place], culprit: 0, source: 'microtasks' };
  const sampled = blameStack(facts, context);
  return sampled === undefined ? undefined : { ...sampled, source: 'microtasks' };
}

/** Promise callbacks run on an empty stack, or under Node's queue of ticks; callbacks of timers and input under other functions of Node. */
function isMacrotask({ frames }: TakenStack): boolean {
  const outermost = frames.at(-1);
  return (
    outermost !== undefined &&
    outermost.file.startsWith('node:') &&
    !outermost.file.startsWith('node:internal/process/task_queues')
  );
}

/** Of all stacks, the own place that most of them show; of equals the first. */
function blameStack({ stacks }: BlockFacts, { isOwn }: BlameContext): Blame | undefined {
  const seen = new Map<string, { count: number; stack: TakenStack; culprit: number }>();
  for (const stack of stacks) {
    const culprit = stack.frames.findIndex(({ file }) => isOwn(file));
    const frame = stack.frames[culprit];
    if (frame === undefined) continue;
    const key = `${frame.file}:${frame.line}`;
    const known = seen.get(key);
    if (known === undefined) seen.set(key, { count: 1, stack, culprit });
    else known.count += 1;
  }
  const [most] = [...seen.values()].toSorted((a, b) => b.count - a.count);
  if (most !== undefined) return { ...cut(most.stack.frames, most.culprit), source: most.stack.source };
  const [foreign] = stacks;
  return foreign === undefined ? undefined : { frames: foreign.frames.slice(0, maxFrames), source: foreign.source };
}

/** A deep stack around its culprit. */
function cut(frames: readonly Frame[], culprit: number): Pick<Blame, 'frames' | 'culprit'> {
  const from = frames.length <= maxFrames ? 0 : Math.max(0, culprit - framesInside);
  return { frames: frames.slice(from, from + maxFrames), culprit: culprit - from };
}

function frameOfSite(id: number, siteOf: DrainContext['siteOf']): Frame | undefined {
  const place = siteOf(id);
  if (place === undefined) return undefined;
  const { site, file } = place;
  return { name: siteOf(site.owner)?.site.label ?? '', file, line: site.line, column: site.column };
}
