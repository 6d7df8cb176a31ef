import { access, rm } from 'node:fs/promises';
import path from 'node:path';
import { styleText } from 'node:util';
import type { RunManifest } from '#protocol/runFolder.ts';
import { joinSegments } from '#runs/joinSegments.ts';
import { writeManifest } from '#runs/manifest.ts';
import { participants } from '#runs/participants.ts';
import type { Publication as Metrics } from '../prometheus/publishMetrics.ts';
import { finishRun } from '../report/finishRun.ts';
import { prepareRun, type TracedRun } from './prepareRun.ts';
import { nothingTraced, processLimits } from './runMessages.ts';
import type { RunOptions } from './runOptions.ts';
import { endAs, runChild, type Ending } from './startChild.ts';

/** Processes that the command leaves behind may be at their last writes; daemons never end. */
const mostWaitMs = 2000;

/** Bytes that take about a second to read. */
const largeTrace = 32e6;

/**
 * Runs a command with the hook and says what it showed. Returns the command's own exit code, or ends by the same signal; what goes
 * wrong with the trace is a line on stderr and changes nothing. `hook`: path of hook.cjs.
 * @throws UserError for wrong options
 */
export async function runCommand(words: readonly string[], options: RunOptions, hook: string): Promise<number> {
  const run = await prepareRun(words, options, { hook, env: process.env });
  const say = (line: string): void => void (options.quiet !== true && process.stderr.write(`rubato: ${line}\n`));
  if (run.kind === 'untraced') say(`not traced: ${run.problem}`);
  const metrics = run.kind === 'traced' ? await startMetrics(run, options, say) : undefined;
  const ending = await runChild(run.command, run.env);
  if (ending.kind === 'not-started') process.stderr.write(`rubato: ${ending.message}\n`);
  if (run.kind === 'traced') await finish(run, { ending, options, say }).catch((error: unknown) => say(failure(error)));
  await metrics?.close().catch((error: unknown) => say(`the last metrics could not be written: ${reasonOf(error)}`));
  return endAs(ending);
}

async function startMetrics(
  run: TracedRun,
  options: RunOptions,
  say: (line: string) => void,
): Promise<Metrics | undefined> {
  if (options.prometheus === undefined) return undefined;
  const { publishRun } = await import('../prometheus/publishRun.ts');
  const metrics = await publishRun(options.prometheus, { folder: run.folder, root: run.root });
  say(`metrics at ${metrics.place}`);
  return metrics;
}

interface FinishContext {
  readonly ending: Ending;
  readonly options: RunOptions;
  readonly say: (line: string) => void;
}

async function finish(run: TracedRun, { ending, options, say }: FinishContext): Promise<void> {
  const those = await participants(run.folder, mostWaitMs);
  const isGone = await access(run.folder).then(
    () => false,
    () => true,
  );
  const bytes = isGone ? 0 : await join(run, { alive: those.alive, ending });
  if (isGone || (bytes === 0 && those.alive.length === 0)) {
    // Nothing to look at later; an empty run would only push older ones out.
    await rm(run.folder, { recursive: true, force: true });
    if (ending.kind !== 'not-started') say(isGone ? 'the folder of the run was removed' : nothingTraced(those));
    return;
  }
  const finished = await whileSaying(bytes, options, () =>
    finishRun({
      folder: run.folder,
      root: path.resolve(options.output, '..'),
      withEvidence: options.evidence,
      ...(process.stderr.isTTY ? { style: styleText } : {}),
    }),
  );
  if (options.quiet !== true) process.stderr.write(finished.summary);
  for (const limit of processLimits(those)) say(limit);
  if (finished.problem !== undefined) say(finished.problem);
}

/** Who follows the run reads its whole trace when the manifest says that it is over. */
async function join(
  { folder, manifest }: TracedRun,
  { alive, ending }: { readonly alive: readonly number[]; readonly ending: Ending },
): Promise<number> {
  try {
    return await joinSegments(folder, alive);
  } finally {
    await writeManifest(folder, ended(manifest, ending));
  }
}

/** Large traces take seconds to read; who waits at a terminal should know for what. */
async function whileSaying<T>(bytes: number, { quiet }: RunOptions, read: () => Promise<T>): Promise<T> {
  if (bytes < largeTrace || quiet === true || !process.stderr.isTTY) return read();
  process.stderr.write(`rubato: reading ${Math.round(bytes / 1e6)} MB of trace …`);
  try {
    return await read();
  } finally {
    process.stderr.write('\r\u001B[K');
  }
}

function ended(manifest: RunManifest, ending: Ending): RunManifest {
  const how = ending.kind === 'killed' ? { signal: ending.signal } : { exitCode: ending.code };
  return { ...manifest, endedAt: Date.now(), ...how };
}

function failure(error: unknown): string {
  return `the trace could not be finished: ${reasonOf(error)}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
