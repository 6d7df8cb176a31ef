import { join } from 'node:path';
import { decideTracing, type Tracing } from './processes/decideTracing.ts';

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
  // The flag and NODE_OPTIONS may name two copies of this file.
  if ('__rubato' in globalThis) return;
  const tracing = decideTracing(__filename);
  if (tracing !== undefined) loadHook(tracing);
  forget(__filename);
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
