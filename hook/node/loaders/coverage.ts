import { writeSync } from 'node:fs';
import type { HookContext } from '../contracts.ts';

/** Whether V8 counts what runs in this process, for c8 or Node's test runner. */
export function collectsCoverage(): boolean {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  return (
    Boolean(process.env['NODE_V8_COVERAGE']) || flags.some((flag) => flag.includes('--experimental-test-coverage'))
  );
}

export function sayUntraced({ recorder }: HookContext): void {
  recorder.note({ kind: 'untraced', what: 'process', reason: 'coverage' });
  try {
    writeSync(2, 'rubato: coverage is being collected, so the tasks of this process are not traced\n');
  } catch {
    // Its stderr is closed or full.
  }
}
