import { parseHookSettings, optOutVariable, settingsVariable, type HookSettings } from '#protocol/hookSettings.ts';
import type { UntracedNote } from '#protocol/messages.ts';
import { claimProcess } from './claimProcess.ts';
import { noteUntraced } from './noteUntraced.ts';
import { scriptOf } from './script.ts';
import { isSupported } from './supported.ts';
import { inheritedRegister, type ThreadRegister } from './threadRegister.ts';
import { isTool, startsTestProcesses } from './tools.ts';

/** This thread is to be traced. */
export interface Tracing {
  readonly settings: HookSettings;
  /** What the threads of the process share; absent in the main thread, which makes it. */
  readonly register?: ThreadRegister;
}

/**
 * Whether this thread is traced. A worker thread follows its process, whatever its own environment says; a process follows the
 * settings in its environment, unless it is a tool, too many or unable.
 */
export function decideTracing(): Tracing | undefined {
  // Loading `node:worker_threads` costs more than everything else here; a worker thread has it already and cannot change its folder.
  const isWorker = 'disabled' in Object(Reflect.get(process, 'chdir'));
  return isWorker ? workerTracing() : processTracing();
}

function workerTracing(): Tracing | undefined {
  const register = isSupported() ? inheritedRegister() : undefined;
  if (register === undefined) return undefined;
  return { settings: register.settings, register };
}

function processTracing(): Tracing | undefined {
  const text = process.env[settingsVariable];
  if (text === undefined) return undefined;
  if (process.env[optOutVariable] !== undefined) return undefined;
  const settings = parseHookSettings(text);
  if (settings === undefined) return undefined;
  const reason = whyNot(settings);
  if (reason === undefined) return { settings };
  noteUntraced(settings.folder, reason);
  return undefined;
}

function whyNot(settings: HookSettings): UntracedNote['reason'] | undefined {
  if (!isSupported()) return 'unsupported';
  if (startsTestProcesses(process.execArgv)) return 'tool';
  if (!settings.tools && isTool(scriptOf(process))) return 'tool';
  return claimProcess(settings.folder, settings.maxProcesses);
}
