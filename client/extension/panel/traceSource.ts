import path from 'node:path';
import { runFolder } from '#protocol/runFolder.ts';
import type { TraceSource } from '#reader/messages.ts';
import { rootOfRunFile } from '../runs/readRuns.ts';
import { isBelow } from './sourcePath.ts';

/** What to open for a path: folder of a run, or a file of a trace. `folders`: the workspace's, absolute. */
export function traceSource(trace: string, folders: readonly string[]): TraceSource {
  const file = path.resolve(trace);
  const folder = folders.find((each) => isBelow(file, each));
  const root =
    rootOfRunFile(path.join(file, runFolder.manifest)) ?? rootOfRunFile(file) ?? folder ?? path.dirname(file);
  return { path: file, root };
}

/** The trace of a panel that a window had open before it was loaded anew; `undefined`: not told. State comes from a page, so it is checked. */
export function restoredTrace(state: unknown): string | undefined {
  const trace = typeof state === 'object' && state !== null && 'trace' in state ? state.trace : undefined;
  const isPath = typeof trace === 'string' && path.isAbsolute(trace) && !/^[/\\]{2}|\0/.test(trace);
  return isPath ? trace : undefined;
}
