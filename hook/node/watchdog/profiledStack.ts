import type { Profiler } from 'node:inspector';
import type { Frame } from '#protocol/messages.ts';
import { sampleInSession, type SampleSession } from './mainThreadSession.ts';
import { pathOfUrl } from './ownCode.ts';
import type { SampleAttempt, SampleRequest } from './stackSample.ts';

const samplingIntervalUs = 1000;
const profiledMs = 40;
const farewell = ['Profiler.stop', 'Profiler.disable', 'Debugger.disable'];

/**
 * Profiles the main thread for a moment and takes its most frequent stack. For threads with a debugger of the user's, which a pause of ours would disturb.
 * Lines are exact in the innermost frame only; of its callers they are those of the functions. Native calls are not seen.
 */
export function sampleProfiledStack(request: SampleRequest): SampleAttempt {
  return sampleInSession(request, (connection) => {
    const { session } = connection;
    // Only to see whether that debugger holds the thread; it pays for the domain anyway.
    session.on('Debugger.paused', () => connection.finish({ kind: 'debugger' }, ['Debugger.disable']));
    session.post('Debugger.enable', () => {
      if (!connection.hasEnded()) profile(connection);
    });
  });
}

function profile(connection: SampleSession): void {
  const { session } = connection;
  session.removeAllListeners();
  session.post('Debugger.disable');
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
  session.post('Profiler.start', () => {
    setTimeout(() => stop(connection), profiledMs);
  });
}

function stop(connection: SampleSession): void {
  if (connection.hasEnded()) return;
  connection.session.post('Profiler.stop', (error, answer) => {
    const frames = error === null ? frequentStack(answer.profile) : [];
    connection.finish(
      frames.length === 0 ? { kind: 'failed' } : { kind: 'stack', source: 'profile', frames },
      farewell.slice(1),
    );
  });
}

/** Frames of the node that was hit most, innermost first; empty for a thread that ran nothing. */
export function frequentStack({ nodes }: Profiler.Profile): readonly Frame[] {
  const parents = new Map<number, Profiler.ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const most = nodes.reduce<Profiler.ProfileNode | undefined>(
    (best, node) => (isCode(node) && (node.hitCount ?? 0) > (best?.hitCount ?? 0) ? node : best),
    undefined,
  );
  const frames: Frame[] = [];
  for (let node = most; node !== undefined && isCode(node); node = parents.get(node.id)) {
    frames.push(frameOf(node, node === most ? hottestLine(node) : undefined));
  }
  return frames;
}

/** Nodes like `(program)` and `(garbage collector)` stand for no code. */
function isCode({ callFrame }: Profiler.ProfileNode): boolean {
  return !/^\(\w[\w ]*\)$/.test(callFrame.functionName) || callFrame.url !== '';
}

function frameOf({ callFrame }: Profiler.ProfileNode, line: number | undefined): Frame {
  return {
    name: callFrame.functionName,
    file: pathOfUrl(callFrame.url),
    line: line ?? callFrame.lineNumber + 1,
    column: line === undefined ? callFrame.columnNumber + 1 : 1,
  };
}

function hottestLine({ positionTicks = [] }: Profiler.ProfileNode): number | undefined {
  const hottest = positionTicks.reduce<Profiler.PositionTickInfo | undefined>(
    (best, each) => (each.ticks > (best?.ticks ?? 0) ? each : best),
    undefined,
  );
  return hottest?.line;
}
