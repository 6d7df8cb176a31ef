import { join } from 'node:path';
import { releaseProcess } from './processes/claimProcess.ts';
import { decideTracing, type Tracing } from './processes/decideTracing.ts';
import { hideOwnFlag } from './processes/ownFlag.ts';
import { noteUntraced } from './processes/noteUntraced.ts';

/**
 * What `--require` loads (dist/hook.cjs), in every process that inherits NODE_OPTIONS. It is small and alone, because most of these
 * processes are not traced; the hook itself is beside it (hook-main.cjs) and loaded only where it is wanted.
 */
try {
  preload();
} catch {
  // Whatever it is: the program runs as it would without us.
}

function preload(): void {
  hideOwnFlag(process.execArgv, __filename);
  forget(__filename);
  // The flag and NODE_OPTIONS may name two copies of this file.
  const tracing = '__rubato' in globalThis ? undefined : decideTracing();
  if (tracing === undefined) return;
  try {
    loadHook(tracing);
  } catch {
    // A folder half removed or half upgraded. A worker thread leaves the mark of its process alone.
    if (tracing.register === undefined) releaseProcess(tracing.settings.folder);
    noteUntraced(tracing.settings.folder, 'fault');
  }
}

function loadHook(tracing: Tracing): void {
  const file = join(__dirname, 'hook-main.cjs');
  const loaded: unknown = require(file);
  forget(file);
  if (hasStart(loaded)) loaded.startHook(tracing);
}

interface HookMain {
  readonly startHook: (tracing: Tracing) => void;
}

function hasStart(value: unknown): value is HookMain {
  return typeof value === 'object' && value !== null && 'startHook' in value && typeof value.startHook === 'function';
}

/** Programs list and clear `require.cache`; they would find us there. */
function forget(file: string): void {
  delete require.cache[file];
}
