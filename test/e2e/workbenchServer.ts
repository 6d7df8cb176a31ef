import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** A VS Code server on loopback with its own profile, and a copy of the workspace it shows. */
export interface WorkbenchServer {
  /** `127.0.0.1:<port>`. */
  readonly authority: string;
  /** The copied workspace: tests may change it. */
  readonly workspace: string;
  /** Variables for the extension host of each window. */
  readonly environment: Readonly<Record<string, string>>;
  /** Replaces the user settings; an open window follows within a second. */
  setSettings(settings: object): void;
  /** Ends the server and removes the profile and the copy. */
  close(): Promise<void>;
}

export interface WorkbenchOptions {
  /** The server's main script, from `installWorkbench`. */
  readonly serverScript: string;
  /** Packed extensions to install. */
  readonly vsix: readonly string[];
  /** Folder to copy: the original is never touched. */
  readonly workspace: string;
  readonly settings?: object;
  /** For the Node of the server, which hands them on to extension hosts. */
  readonly nodeArguments?: readonly string[];
  /** Variables for the extension host of each window. `extensions`: absolute folder of the installed ones. */
  environment?(extensions: string): Readonly<Record<string, string>>;
}

/** Settings that keep a machine without internet quiet and pictures stable. */
const quietSettings = {
  'chat.disableAIFeatures': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'remote.autoForwardPorts': false,
  'git.enabled': false,
  'files.autoSave': 'off',
  'editor.cursorBlinking': 'solid',
  'security.workspace.trust.enabled': false,
};

/** Starts a server; throws with its output when it does not listen within two minutes. */
export async function startWorkbenchServer(options: WorkbenchOptions): Promise<WorkbenchServer> {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'rubato-e2e-')));
  const workspace = join(home, 'workspace');
  const extensions = join(home, 'extensions');
  const userFolder = join(home, 'server', 'data', 'User');
  cpSync(options.workspace, workspace, { recursive: true });
  mkdirSync(userFolder, { recursive: true });
  const setSettings = (settings: object): void =>
    writeFileSync(join(userFolder, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
  setSettings(options.settings ?? {});
  const common = [options.serverScript, '--server-data-dir', join(home, 'server'), '--extensions-dir', extensions];
  const environment = options.environment?.(extensions) ?? {};
  const env = quietEnvironment();
  install(common, options.vsix, env);
  const nodeArguments = options.nodeArguments ?? [];
  const child = spawn(process.execPath, [...nodeArguments, ...common, ...serverFlags], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const close = async (): Promise<void> => {
    await end(child);
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
  };
  try {
    return { authority: `127.0.0.1:${await listeningPort(child)}`, workspace, environment, setSettings, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const serverFlags = [
  ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--accept-server-license-terms'],
  // Without this flag a release build ignores the `payload` parameter of the page's address, which carries the test suite.
  '--enable-smoke-test-driver',
  '--disable-telemetry',
];

function quietEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, VSCODE_IPC_HOOK_CLI: __, ...env } = process.env;
  return { ...env, EXTENSIONS_GALLERY: '{"serviceUrl":""}' };
}

function install(common: readonly string[], vsix: readonly string[], env: NodeJS.ProcessEnv): void {
  if (vsix.length === 0) return;
  const flags = vsix.flatMap((file) => ['--install-extension', resolve(file)]);
  execFileSync(process.execPath, [...common, ...flags], { env, stdio: ['ignore', 'ignore', 'pipe'], timeout: 180_000 });
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolvePort, reject) => {
    let output = '';
    const fail = (what: string): void => reject(new Error(`The VS Code server ${what}:\n${output}`));
    const timer = setTimeout(() => fail('did not start in time'), 120_000);
    const read = (chunk: unknown): void => {
      output += String(chunk);
      const port = /Extension host agent listening on (\d+)/.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolvePort(Number(port));
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with code ${code}`);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolveEnd) => child.once('exit', resolveEnd));
  child.kill();
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await ended;
  clearTimeout(timer);
}
