import { chromium, type Browser, type Page } from 'playwright-core';
import type { WorkbenchServer } from './workbenchServer.ts';

export interface WindowOptions {
  /** Folder or `.code-workspace` file on the server's machine. */
  readonly open: string;
  /** Module with `run()` to execute in the extension host, and the extension it belongs to. */
  readonly suite?: {
    readonly extension: string;
    readonly module: string;
    readonly environment: Readonly<Record<string, string>>;
  };
  /** Hears each line that the workbench and the extension host log. */
  onLog?(args: readonly unknown[]): void;
  readonly size?: { readonly width: number; readonly height: number };
  /** Pixels of a picture per pixel of the page. */
  readonly pixelRatio?: number;
}

/** A VS Code window. */
export interface WorkbenchWindow {
  readonly page: Page;
  /** Settled with the exit code when the suite in the extension host ends. */
  readonly suiteEnd: Promise<number>;
  close(): Promise<void>;
}

/** Starts a headless browser with everything off that would look for a network. */
export function launchBrowser(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, args: browserFlags });
}

const browserFlags = [
  // Chromium's sandbox does not start as root; the only page it ever sees is ours.
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Opens a window in a browser context of its own and waits until the workbench stands. */
export async function openWindow(
  browser: Browser,
  server: WorkbenchServer,
  options: WindowOptions,
): Promise<WorkbenchWindow> {
  const context = await browser.newContext({
    viewport: options.size ?? { width: 1400, height: 900 },
    deviceScaleFactor: options.pixelRatio ?? 1,
  });
  const page = await context.newPage();
  const { promise: suiteEnd, resolve } = Promise.withResolvers<number>();
  // Both must be there before the page loads: the workbench looks for them once.
  await page.exposeFunction('codeAutomationLog', (_level: string, args: readonly unknown[]) => options.onLog?.(args));
  await page.exposeFunction('codeAutomationExit', (code: number) => resolve(code));
  await page.goto(`http://${server.authority}/?${parameters(server, options)}`, { timeout: 120_000 });
  await page.waitForSelector('.part.statusbar .statusbar-item', { timeout: 120_000 });
  return { page, suiteEnd, close: () => context.close() };
}

function parameters({ authority, environment }: WorkbenchServer, { open, suite }: WindowOptions): URLSearchParams {
  const query = new URLSearchParams({ [open.endsWith('.code-workspace') ? 'workspace' : 'folder']: open });
  const remote = (path: string): string => `vscode-remote://${authority}${path}`;
  const payload = [['extensionEnvironment', JSON.stringify({ ...environment, ...suite?.environment })]];
  if (suite !== undefined) {
    payload.push(['extensionDevelopmentPath', remote(suite.extension)]);
    payload.push(['extensionTestsPath', remote(suite.module)]);
  }
  query.set('payload', JSON.stringify(payload));
  return query;
}
