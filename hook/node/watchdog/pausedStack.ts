import type { Debugger } from 'node:inspector';
import type { Frame } from '#protocol/messages.ts';
import { authoredName } from '../transform/authoredName.ts';
import { originalText } from '#protocol/insertions.ts';
import { sampleInSession, type SampleSession } from './mainThreadSession.ts';
import { pathOfUrl } from './ownCode.ts';
import type { SampleAttempt, SampleRequest } from './stackSample.ts';

/** Own frames whose columns are mapped back; the source of each script must be fetched for it. */
const mappedFrames = 4;
const repeatMs = 10;

/**
 * Pauses the main thread, reads its call stack and lets it go at once. JavaScript stops within milliseconds; a native call first comes to its end, and
 * its caller is then still on the stack. A sample costs the thread some ms, the first one about 11 ms for each MB of source (V8 hashes it), so they must be few.
 */
export function samplePausedStack(request: SampleRequest): SampleAttempt {
  return sampleInSession(request, (connection) => {
    const { session } = connection;
    const files = new Map<string, string>();
    let isEnabled = false;
    // Frames name their scripts by id; all scripts are told before the answer to `enable`.
    session.on('Debugger.scriptParsed', ({ params }) => files.set(params.scriptId, params.url));
    session.on('Debugger.paused', ({ params }) => {
      connection.hold();
      const frames = params.callFrames.map((frame) => frameOf(frame, files));
      // Paused before the domain was ours: somebody else's breakpoint, which we must not resume.
      if (isEnabled) void mapAndFinish(connection, { frames, callFrames: params.callFrames }, request.isOwn);
      else connection.finish({ kind: 'debugger' }, ['Debugger.disable']);
    });
    session.post('Debugger.enable', () => {
      isEnabled = true;
      connection.release();
    });
    // Not only after the answer: a busy worker would miss the block. Node 26 drops a request now and then, so it is repeated.
    session.post('Debugger.pause');
    const again = setInterval(() => {
      if (connection.hasEnded()) clearInterval(again);
      else if (isEnabled) session.post('Debugger.pause');
    }, repeatMs);
  });
}

interface PausedStack {
  readonly frames: Frame[];
  readonly callFrames: readonly Debugger.CallFrame[];
}

/** The thread stands still until the end; it answers what it is asked meanwhile. */
async function mapAndFinish(
  connection: SampleSession,
  stack: PausedStack,
  isOwn: SampleRequest['isOwn'],
): Promise<void> {
  const { frames } = stack;
  const own = [...frames.keys()].filter((index) => isOwn(frames[index]?.file ?? '')).slice(0, mappedFrames);
  await Promise.all(own.map((index) => mapColumn(connection, stack, index)));
  connection.finish({ kind: 'stack', source: 'pause', frames }, ['Debugger.resume', 'Debugger.disable']);
}

function frameOf({ functionName, location }: Debugger.CallFrame, files: ReadonlyMap<string, string>): Frame {
  return {
    name: authoredName(functionName),
    file: pathOfUrl(files.get(location.scriptId) ?? ''),
    line: location.lineNumber + 1,
    column: (location.columnNumber ?? 0) + 1,
  };
}

/** Inserted pieces tell themselves apart and contain no line break, so the table of insertions in the blocked thread is not needed. */
async function mapColumn(connection: SampleSession, { frames, callFrames }: PausedStack, index: number): Promise<void> {
  const frame = frames[index];
  const scriptId = callFrames[index]?.location.scriptId;
  if (frame === undefined || scriptId === undefined) return;
  const text = lineAt(await sourceOf(connection, scriptId), frame.line);
  if (text !== '') frames[index] = { ...frame, column: originalText(text.slice(0, frame.column - 1)).length + 1 };
}

/** A script as it runs; empty when it is gone. */
function sourceOf({ session }: SampleSession, scriptId: string): Promise<string> {
  return new Promise((resolve) => {
    session.post('Debugger.getScriptSource', { scriptId }, (error, answer) => {
      resolve(error === null ? answer.scriptSource : '');
    });
  });
}

function lineAt(text: string, line: number): string {
  let from = 0;
  for (let at = 1; at < line; at += 1) {
    const end = text.indexOf('\n', from);
    if (end < 0) return '';
    from = end + 1;
  }
  const end = text.indexOf('\n', from);
  return end < 0 ? text.slice(from) : text.slice(from, end);
}
