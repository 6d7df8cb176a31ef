import { traceModes, type TraceMode } from './messages.ts';

/** Environment variable that carries the settings, as JSON. Without it the hook does nothing. */
export const settingsVariable = 'RUBATO_HOOK';
/** Environment variable that keeps a process and its children untraced, whatever its value. */
export const optOutVariable = 'RUBATO_OFF';

/** What `rubato run` and the editor tell the hook. */
export interface HookSettings {
  readonly version: number;
  readonly mode: TraceMode;
  /** Folder of the run, absolute; segments, sockets' names and marks of traced processes go there. */
  readonly folder: string;
  /** Files below it are the program's own. Absolute, forward slashes. */
  readonly root: string;
  /** Blocks shorter than this are not reported. */
  readonly blockMs: number;
  /** Processes traced at most; later ones run as if without hook. */
  readonly maxProcesses: number;
  /** Bytes of segments per process at most; the oldest go first. */
  readonly maxBytes: number;
  /** Transform modules in node_modules too. */
  readonly libraries: boolean;
  /** Trace package managers and tools too. */
  readonly tools: boolean;
  /** Deep mode: how long promises are counted. */
  readonly deepSeconds: number;
  /** Listen on a local socket for live views. */
  readonly listen: boolean;
  /** One in this many tasks of a site is watched for being lost; 0: none. */
  readonly lostSampling: number;
}

export const defaultHookSettings: Omit<HookSettings, 'folder' | 'root'> = {
  version: 1,
  mode: 'trace',
  blockMs: 50,
  maxProcesses: 32,
  maxBytes: 256 * 1024 * 1024,
  libraries: false,
  tools: false,
  deepSeconds: 10,
  listen: true,
  lostSampling: 64,
};

/** Reads the variable; `undefined` when it is absent, of another version or not what it should be. Never throws. */
export function parseHookSettings(text: string | undefined): HookSettings | undefined {
  if (text === undefined) return undefined;
  const value = parseJson(text);
  if (!isRecord(value) || value['version'] !== 1) return undefined;
  const { mode, folder, root } = value;
  const known = traceModes.find((each) => each === mode);
  if (known === undefined || typeof folder !== 'string' || typeof root !== 'string') return undefined;
  return {
    version: 1,
    mode: known,
    folder,
    root,
    blockMs: numberOr(value['blockMs'], defaultHookSettings.blockMs),
    maxProcesses: numberOr(value['maxProcesses'], defaultHookSettings.maxProcesses),
    maxBytes: numberOr(value['maxBytes'], defaultHookSettings.maxBytes),
    libraries: value['libraries'] === true,
    tools: value['tools'] === true,
    deepSeconds: numberOr(value['deepSeconds'], defaultHookSettings.deepSeconds),
    listen: value['listen'] !== false,
    lostSampling: numberOr(value['lostSampling'], defaultHookSettings.lostSampling),
  };
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : fallback;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Somebody else's variable, or one cut off: the program runs without us.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
