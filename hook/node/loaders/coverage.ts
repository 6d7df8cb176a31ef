import { writeSync } from 'node:fs';
import type { HookContext } from '../contracts.ts';
import { inspectorModule } from '../detect/inspectorModule.ts';
import { scriptOf } from '../processes/script.ts';
import { methodInPlaceOf, replaceValue } from '../positions/functionText.ts';

/** Whether V8 counts what runs in this process, for c8 or Node's test runner. */
export function collectsCoverage(): boolean {
  const flags = [...process.execArgv, process.env['NODE_OPTIONS'] ?? ''];
  return (
    Boolean(process.env['NODE_V8_COVERAGE']) || flags.some((flag) => flag.includes('--experimental-test-coverage'))
  );
}

/**
 * Test runners that compile by themselves also let V8 count by themselves, through the inspector, before they run a test.
 * @returns whether one did
 */
export function watchCounting(ctx: HookContext): () => boolean {
  const inspector = isRunner() ? inspectorModule() : undefined;
  if (inspector === undefined) return () => false;
  let isCounting = false;
  const { prototype } = inspector.Session;
  const post: unknown = Reflect.get(prototype, 'post');
  if (typeof post !== 'function') return () => false;
  const own = {
    post(this: unknown, ...values: readonly unknown[]): unknown {
      if (values[0] === 'Profiler.startPreciseCoverage' && !isCounting) {
        isCounting = true;
        sayUntraced(ctx);
      }
      return Reflect.apply(post, this, values);
    },
  };
  replaceValue(prototype, 'post', methodInPlaceOf(post, own));
  return () => isCounting;
}

/** Threads of theirs do not know their script yet. */
function isRunner(): boolean {
  const { VITEST: vitest, JEST_WORKER_ID: jest } = process.env;
  return vitest !== undefined || jest !== undefined || runners.test(scriptOf(process) ?? '');
}

const runners = /\/node_modules\/(?:vitest|jest|jest-cli|jest-worker|tinypool)\//;

export function sayUntraced({ recorder }: HookContext): void {
  recorder.note({ kind: 'untraced', what: 'process', reason: 'coverage' });
  try {
    writeSync(2, 'rubato: coverage is being collected, so the tasks of this process are not traced\n');
  } catch {
    // Its stderr is closed or full.
  }
}
