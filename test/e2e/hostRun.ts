import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { format } from 'node:util';
import { runTests } from '@vscode/test-electron';
import type { Browser } from 'playwright-core';
import { openWindow } from './browser.ts';
import { failed, inTime, nothing, type Outcome } from './outcome.ts';
import type { WorkbenchServer } from './workbenchServer.ts';

/** Marks the lines of the suite's reporter among everything a window logs. */
const mark = '[rubato-test] ';
const limitMs = 360_000;

/** Runs the suite inside the extension host of a window that the server shows. */
export function runInWorkbench(browser: Browser, server: WorkbenchServer, suite: string): Promise<Outcome> {
  const log: string[] = [];
  return withReport(log, async (report) => {
    console.log('\n  extension host');
    const window = await openWindow(browser, server, {
      open: join(server.workspace, 'rubato.code-workspace'),
      suite: { extension: resolve('.'), module: suite, environment: { ...reportTo(report), RUBATO_TEST_MARK: mark } },
      onLog(args) {
        const line = format(...args);
        if (line.startsWith(mark)) console.log(line.slice(mark.length));
        else log.push(line);
      },
    });
    try {
      await inTime('The suite in the extension host', limitMs, window.suiteEnd);
    } finally {
      await window.close();
    }
  });
}

/** Runs the same suite in a desktop VS Code: the executable, or the version to download. */
export function runInDesktop(
  desktop: { readonly executable: string } | { readonly version: string },
  workspace: string,
  suite: string,
): Promise<Outcome> {
  return withReport([], async (report) => {
    await runTests({
      ...('executable' in desktop ? { vscodeExecutablePath: desktop.executable } : { version: desktop.version }),
      cachePath: resolve('.workbench', 'desktop'),
      extensionDevelopmentPath: resolve('.'),
      extensionTestsPath: suite,
      extensionTestsEnv: reportTo(report),
      launchArgs: [
        join(workspace, 'rubato.code-workspace'),
        ...['--disable-extensions', '--disable-workspace-trust', '--no-sandbox'],
        ...[`--user-data-dir=${join(workspace, 'user')}`, `--extensions-dir=${join(workspace, 'extensions')}`],
      ],
    }).catch(ignoreExitCode);
  });
}

/** Failed tests end the process with an error code too; the report has the counts. */
function ignoreExitCode(error: unknown): void {
  console.error(String(error));
}

function reportTo(report: string): Readonly<Record<string, string>> {
  return { RUBATO_TEST_REPORT: report };
}

/** @param log what to show when the suite did not run to its end */
async function withReport(log: readonly string[], run: (report: string) => Promise<void>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'rubato-report-'));
  const report = join(folder, 'report.json');
  try {
    await run(report);
    if (existsSync(report)) return readReport(report);
    console.error(['The suite did not run to its end. The window said last:', ...log.slice(-40)].join('\n'));
    return failed('the suite in the extension host did not run to its end');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run without any test is a failure. */
function readReport(file: string): Outcome {
  const report: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!isReport(report) || report.passed + report.failures.length === 0)
    return failed('no test ran in the extension host');
  return { ...nothing, ...report };
}

function isReport(value: unknown): value is Pick<Outcome, 'passed' | 'failures'> {
  return typeof value === 'object' && value !== null && 'passed' in value && 'failures' in value;
}
