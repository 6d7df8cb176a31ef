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
import { finishRun } from './finishRun.ts';
import { configuredNodeOptions, hookEnvironment } from './hookEnvironment.ts';
import { realRoot, type LaunchContext } from './launchContext.ts';

/** Property of a launch configuration that asks for a trace. */
export const traceProperty = 'rubato';
/** Property of a resolved configuration: folder of its run. */
const folderProperty = 'rubatoRun';

/** Traces debug sessions whose configuration asks for it: `"rubato": true`. Others are not touched. */
export function tracedDebug(ctx: LaunchContext): Disposable {
  const provider: DebugConfigurationProvider = {
    resolveDebugConfigurationWithSubstitutedVariables: (folder, config) => resolve(ctx, folder, config),
  };
  const sessions = new Map<string, Disposable>();
  return Disposable.from(
    debug.registerDebugConfigurationProvider('node', provider),
    debug.registerDebugConfigurationProvider('pwa-node', provider),
    debug.onDidStartDebugSession((session) => begin(ctx, session, sessions)),
    debug.onDidTerminateDebugSession(async (session) => end(ctx, session, sessions)),
  );
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
    void window.showWarningMessage(l10n.t('Not traced: {0}', error instanceof Error ? error.message : String(error)));
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
function runOf(session: DebugSession): string | undefined {
  return session.parentSession === undefined ? textOf(session.configuration[folderProperty]) : undefined;
}

function begin(ctx: LaunchContext, session: DebugSession, sessions: Map<string, Disposable>): void {
  if (runOf(session) === undefined) return;
  const stop = async (): Promise<void> => debug.stopDebugging(session);
  sessions.set(session.id, ctx.living.add({ title: session.name, startedAt: Date.now(), stop }));
}

async function end(ctx: LaunchContext, session: DebugSession, sessions: Map<string, Disposable>): Promise<void> {
  const folder = runOf(session);
  if (folder === undefined) return;
  sessions.get(session.id)?.dispose();
  sessions.delete(session.id);
  const problem = await finishRun(ctx, folder);
  if (problem !== undefined) void window.showWarningMessage(problem);
}
