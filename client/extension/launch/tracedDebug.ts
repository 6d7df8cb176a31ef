import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  debug,
  Disposable,
  l10n,
  window,
  workspace,
  type DebugConfiguration,
  type DebugConfigurationProvider,
  type DebugSession,
  type WorkspaceFolder,
} from 'vscode';
import { plainText } from '../panel/plainText.ts';
import { finishRun } from './finishRun.ts';
import { configuredNodeOptions, hookEnvironment } from './hookEnvironment.ts';
import { realRoot, type LaunchContext } from './launchContext.ts';

/** Property of a launch configuration that asks for a trace. */
export const traceProperty = 'rubato';
/** Property of a resolved configuration: folder of its run. */
const folderProperty = 'rubatoRun';

/** Traces debug sessions whose configuration asks for it: `"rubato": true`. Others are not touched. */
export function tracedDebug(ctx: LaunchContext): Disposable {
  const runs: DebugRuns = { made: new Set(), sessions: new Map() };
  const provider: DebugConfigurationProvider = {
    async resolveDebugConfigurationWithSubstitutedVariables(folder, config) {
      const resolved = await resolve(ctx, folder, config);
      const run = textOf(resolved[folderProperty]);
      if (resolved !== config && run !== undefined) runs.made.add(run);
      return resolved;
    },
  };
  return Disposable.from(
    debug.registerDebugConfigurationProvider('node', provider),
    debug.registerDebugConfigurationProvider('pwa-node', provider),
    debug.onDidStartDebugSession((session) => begin(ctx, session, runs)),
    debug.onDidTerminateDebugSession(async (session) => end(ctx, session, runs)),
  );
}

interface DebugRuns {
  /** Folders that were made here: a configuration may name any other, and an empty run is removed when it ends. */
  readonly made: Set<string>;
  /** By id. */
  readonly sessions: Map<string, Disposable>;
}

async function resolve(
  ctx: LaunchContext,
  folder: WorkspaceFolder | undefined,
  config: DebugConfiguration,
): Promise<DebugConfiguration> {
  if (config[traceProperty] !== true || isChild(config)) return config;
  const problem = obstacleTo(config);
  const root = folder?.uri.fsPath ?? textOf(config['cwd']) ?? workspace.workspaceFolders?.[0]?.uri.fsPath;
  if (problem !== undefined || root === undefined) {
    void window.showWarningMessage(l10n.t('Not traced: {0}', problem ?? l10n.t('there is no folder for the trace.')));
    return config;
  }
  try {
    return await traced(ctx, config, root);
  } catch (error) {
    ctx.log.error(error instanceof Error ? error : String(error));
    const reason = plainText(error instanceof Error ? error.message : String(error));
    void window.showWarningMessage(l10n.t('Not traced: {0}', reason));
    return config;
  }
}

function obstacleTo(config: DebugConfiguration): string | undefined {
  if (!workspace.isTrusted) return l10n.t('this window is in Restricted Mode.');
  if (config.request === 'launch') return undefined;
  return l10n.t('a trace begins with the program, so the configuration must launch it, not attach to it.');
}

/** js-debug starts a session of its own for each process, with a configuration that names its target. */
function isChild(config: DebugConfiguration): boolean {
  return '__pendingTargetId' in config || folderProperty in config;
}

async function traced(ctx: LaunchContext, config: DebugConfiguration, root: string): Promise<DebugConfiguration> {
  const folder = await ctx.reader.makeRun(root, titleOf(config));
  const nodeOptions = configuredNodeOptions(config['env'], await readEnvFile(textOf(config['envFile'])));
  const added = hookEnvironment({ hook: ctx.hook, folder, root: await realRoot(root) }, nodeOptions);
  return { ...config, env: { ...objectOf(config['env']), ...added }, [folderProperty]: folder };
}

async function readEnvFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  return readFile(file, 'utf8').catch(() => {
    // The debugger looks for it, too, and is the one to say that it is missing.
    return undefined;
  });
}

function titleOf(config: DebugConfiguration): string {
  const program = textOf(config['program']);
  return program === undefined ? config.name : `node ${path.basename(program)}`;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objectOf(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** Folder of the run that a launch belongs to; `undefined` for sessions of single processes and for those without trace. */
function runOf({ parentSession, configuration }: DebugSession, { made }: DebugRuns): string | undefined {
  const folder = parentSession === undefined ? textOf(configuration[folderProperty]) : undefined;
  return folder !== undefined && made.has(folder) ? folder : undefined;
}

function begin(ctx: LaunchContext, session: DebugSession, runs: DebugRuns): void {
  if (runOf(session, runs) === undefined) return;
  const stop = async (): Promise<void> => debug.stopDebugging(session);
  runs.sessions.set(session.id, ctx.living.add({ title: session.name, startedAt: Date.now(), stop }));
}

async function end(ctx: LaunchContext, session: DebugSession, runs: DebugRuns): Promise<void> {
  const folder = runOf(session, runs);
  if (folder === undefined) return;
  runs.sessions.get(session.id)?.dispose();
  runs.sessions.delete(session.id);
  const problem = await finishRun(ctx, folder);
  if (problem !== undefined) void window.showWarningMessage(plainText(problem));
}
