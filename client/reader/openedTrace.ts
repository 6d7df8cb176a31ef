import { stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import type { PanelState } from '#protocol/panel.ts';
import { openTrace, rootOf } from '#runs/openTrace.ts';
import { placeResolver, type PlaceResolver } from '#runs/resolvePlaces.ts';
import { runState } from '#runs/runState.ts';
import type { TraceModel } from '#trace/model.ts';
import { LiveRun } from './liveRun.ts';
import type { TraceSource } from './messages.ts';

/** A trace that somebody looks at: one that is read, or one that grows. */
export interface OpenedTrace {
  readonly state: Extract<PanelState, 'live' | 'ended' | 'recorded'>;
  /** Base name of what ran. */
  readonly title: string;
  /** Absolute, forward slashes. */
  readonly root: string;
  readonly resolver: PlaceResolver;
  /** A later program may go on with it: a run of an editor, which nobody but the editor ends. */
  readonly mayGoOn: boolean;
  /** Only while it grows. */
  readonly live: LiveRun | undefined;
  readonly model: () => TraceModel;
}

/** Opens what a path names, as it stands: living or recorded. @throws RunError when there is no trace */
export async function openSource(source: TraceSource): Promise<OpenedTrace> {
  return (await liveTrace(source)) ?? recordedTrace(source, 'recorded');
}

/** The run in that folder, if it goes on. */
export async function liveTrace({ path, root }: TraceSource): Promise<OpenedTrace | undefined> {
  const isFolder = await stat(path).then(
    (stats) => stats.isDirectory(),
    // Whoever opens it as a recorded one says so.
    () => false,
  );
  const { kind, manifest } = isFolder ? await runState(path, Date.now()) : { kind: 'over', manifest: undefined };
  if (kind === 'over' || manifest === undefined) return undefined;
  const live = new LiveRun(path);
  const rootOfRun = rootOf(path, root).replaceAll('\\', '/');
  return {
    state: 'live',
    title: shortened(manifest.command),
    root: rootOfRun,
    resolver: placeResolver(rootOfRun),
    mayGoOn: manifest.pid === undefined,
    live,
    model: () => live.model(),
  };
}

/** Reads a trace from disk. @throws RunError when there is none */
async function recordedTrace(source: TraceSource, state: 'ended' | 'recorded'): Promise<OpenedTrace> {
  const { model, root, command, manifest } = await openTrace(source.path, source.root);
  const resolver = placeResolver(root);
  await resolver.readFrom(model);
  const mayGoOn = manifest !== undefined && manifest.pid === undefined;
  return { state, title: shortened(command), root, resolver, mayGoOn, live: undefined, model: () => model };
}

const tries = 10;
const againMs = 200;

/** Reads a run that has just ended: while its segments are joined, one that was listed may be gone. `undefined`: it left nothing. */
export async function endedTrace(source: TraceSource): Promise<OpenedTrace | undefined> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      return await recordedTrace(source, 'ended');
    } catch {
      // Also when nothing was recorded: what was seen while it lived stays.
      await wait(againMs);
    }
  }
  return undefined;
}

function shortened(title: string): string {
  return title.slice(0, 200);
}
