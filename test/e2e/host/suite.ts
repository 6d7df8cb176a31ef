import { writeFileSync } from 'node:fs';
import { format } from 'node:util';
import Mocha from 'mocha';
import type { Outcome } from '../outcome.ts';
import { commandTests } from './commands.spec.ts';
import { diagnosticTests } from './diagnostics.spec.ts';
import { fixTests } from './fixes.spec.ts';
import { waitForFolders } from './editing.ts';
import { launchTests } from './launch.spec.ts';
import { taskTests } from './tasks.spec.ts';
import { traceTests } from './trace.spec.ts';
import { workspaceTests } from './workspace.spec.ts';

/**
 * What runs inside the extension host: all `*.spec.ts` beside this file, bundled into one CommonJS module by buildSuite.ts.
 * Both `@vscode/test-electron` and the workbench of run.ts call `run`; it rejects when a test failed.
 * `RUBATO_TEST_REPORT`: file for an `Outcome`, since an exit code cannot tell "all passed" from "nothing ran".
 * `RUBATO_TEST_MARK`: put before each line, to tell it from the workbench's own log.
 */
export async function run(): Promise<void> {
  markLines(process.env['RUBATO_TEST_MARK']);
  await waitForFolders();
  const mocha = new Mocha({ ui: 'bdd', timeout: 120_000, color: false, reporter: 'spec' });
  mocha.suite.emit('pre-require', globalThis, 'suite', mocha);
  for (const register of [commandTests, diagnosticTests, fixTests, launchTests, taskTests, traceTests, workspaceTests])
    register();
  const failures = await new Promise<number>((resolve) => {
    const runner = mocha.run(resolve);
    const failed: string[] = [];
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle()}: ${String(error)}`));
    // rubato-ignore-next-line blocking-call -- the window closes as soon as the run has ended
    runner.once('end', () => writeReport({ passed: runner.stats?.passes ?? 0, failures: failed }));
  });
  if (failures > 0) throw new Error(`${failures} tests failed`);
}

/** The extension host ignores assignments to `console.log`, so Mocha's own hook is used. */
function markLines(mark: string | undefined): void {
  if (mark === undefined) return;
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split('\n')) console.log('%s', mark + line);
  };
}

function writeReport(report: Pick<Outcome, 'passed' | 'failures'>): void {
  const file = process.env['RUBATO_TEST_REPORT'];
  if (file !== undefined) writeFileSync(file, JSON.stringify(report));
}
