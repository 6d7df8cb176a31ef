import { joinSegments } from './joinSegments.ts';
import { readManifest, writeManifest } from './manifest.ts';
import { openTrace } from './openTrace.ts';
import { participants } from './participants.ts';
import { resolverOf } from './resolvePlaces.ts';
import { RunError } from './runError.ts';
import { writeEvidence } from './writeEvidence.ts';

/** Processes may be at their last writes; daemons never end. */
const mostWaitMs = 2000;

/**
 * Ends a run that no `rubato run` looks after: waits until its traced processes have ended (at most two seconds), joins their segments and
 * writes its evidence. May be called again when more ran with the same folder. `root`: see `EvidenceTarget`.
 * @throws RunError when nothing was recorded or something cannot be written, and the error of the file system
 */
export async function finishTrace(folder: string, root: string): Promise<void> {
  const { alive } = await participants(folder, mostWaitMs);
  await joinSegments(folder, alive);
  const manifest = await readManifest(folder);
  if (manifest !== undefined && alive.length === 0) await writeManifest(folder, { ...manifest, endedAt: Date.now() });
  const { model, command } = await openTrace(folder, root);
  const resolve = await resolverOf(model, root.replaceAll('\\', '/'));
  const problem = await writeEvidence(model, { resolve, command }, { folder, root });
  if (problem !== undefined) throw new RunError(`${problem.slice(0, 1).toUpperCase()}${problem.slice(1)}`);
}
