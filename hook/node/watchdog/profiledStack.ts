import type { Profiler } from 'node:inspector';
import type { Frame } from '#protocol/messages.ts';
import { authoredName } from '../transform/authoredName.ts';
import { sampleInSession, type SampleSession } from './mainThreadSession.ts';
import { pathOfUrl } from './ownCode.ts';
import type { SampleAttempt, SampleRequest } from './stackSample.ts';

const samplingIntervalUs = 1000;
const profiledMs = 40;
const farewell = ['Profiler.stop', 'Profiler.disable', 'Debugger.disable'];

/**
 * Profiles the main thread for a moment and takes its most frequent stack. For threads with a debugger of the user's, which a pause of ours would disturb.
 * Lines are those where a function itself was seen; native calls are not seen.
 */
export function sampleProfiledStack(request: SampleRequest): SampleAttempt {
  return sampleInSession(request, (connection) => {
    const { session } = connection;
    // Only to see whether that debugger holds the thread; it pays for the domain anyway.
    session.on('Debugger.paused', () => connection.finish({ kind: 'debugger' }, ['Debugger.disable']));
    session.post('Debugger.enable', () => {
      if (!connection.hasEnded()) profile(connection, request);
    });
  });
}

function profile(connection: SampleSession, request: SampleRequest): void {
  const { session } = connection;
  session.removeAllListeners();
  session.post('Debugger.disable');
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
  session.post('Profiler.start', () => {
    connection.release();
    setTimeout(() => stop(connection, request), profiledMs);
  });
}

function stop(connection: SampleSession, { isOwn }: SampleRequest): void {
  if (connection.hasEnded()) return;
  connection.session.post('Profiler.stop', (error, answer) => {
    const frames = error === null ? frequentStack(answer.profile, isOwn) : [];
    connection.finish(
      frames.length === 0 ? { kind: 'failed' } : { kind: 'stack', source: 'profile', frames },
      farewell.slice(1),
    );
  });
}

/**
 * The stack that the samples show most, innermost first: of all that go through the same own function the one that was hit most. Stacks without own code count only
 * when there are no others. Empty for a thread that ran nothing.
 */
export function frequentStack({ nodes }: Profiler.Profile, isOwn: (file: string) => boolean): readonly Frame[] {
  const parents = new Map<number, Profiler.ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const groups = new Map<string, { hits: number; best: readonly Profiler.ProfileNode[]; bestHits: number }>();
  for (const node of nodes) {
    const hits = node.hitCount ?? 0;
    const stack = hits === 0 ? [] : stackOf(node, parents);
    if (stack.length === 0) continue;
    const own = stack.find(({ callFrame }) => isOwn(pathOfUrl(callFrame.url)));
    const key = own === undefined ? '' : placeOf(own);
    const group = groups.get(key) ?? { hits: 0, best: stack, bestHits: hits };
    group.hits += hits;
    if (hits > group.bestHits) Object.assign(group, { best: stack, bestHits: hits });
    groups.set(key, group);
  }
  const [most] = [...groups].toSorted(
    ([a, one], [b, other]) => Number(a === '') - Number(b === '') || other.hits - one.hits,
  );
  return most === undefined ? [] : most[1].best.map(frameOf);
}

/** Frames of a node and of its callers; nodes like `(program)` stand for no code, and some built-in ones for no file. */
function stackOf(
  leaf: Profiler.ProfileNode,
  parents: ReadonlyMap<number, Profiler.ProfileNode>,
): readonly Profiler.ProfileNode[] {
  const stack: Profiler.ProfileNode[] = [];
  for (let node: Profiler.ProfileNode | undefined = leaf; node !== undefined; node = parents.get(node.id)) {
    if (node.callFrame.url !== '') stack.push(node);
  }
  return stack;
}

function placeOf({ callFrame }: Profiler.ProfileNode): string {
  return `${callFrame.url}:${callFrame.lineNumber}:${callFrame.columnNumber}`;
}

/** On the line where the function itself was hit most; of one that only called others, its first line is all that is known. */
function frameOf({ callFrame, positionTicks = [] }: Profiler.ProfileNode): Frame {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  const name = authoredName(functionName);
  const [hottest] = positionTicks.toSorted((a, b) => b.ticks - a.ticks);
  const file = pathOfUrl(url);
  return hottest === undefined
    ? { name, file, line: lineNumber + 1, column: columnNumber + 1 }
    : { name, file, line: hottest.line, column: 1 };
}
