import type { MessagePort } from 'node:worker_threads';
import type { HookSettings } from '#protocol/hookSettings.ts';
import type { Control, Hello, Note, SwallowedSite } from '#protocol/messages.ts';
import type { SiteTable } from '#protocol/sites.ts';
import type { Heartbeat } from '../contracts.ts';
import type { PackedSites } from '../recorder/packedSites.ts';
import type { ThreadMemory } from '../recorder/threadMemory.ts';

/** What threads tell the drain worker: the main thread through a port, others through a broadcast channel that only the worker listens on. */
export type ThreadMessage =
  | ThreadStart
  | { readonly kind: 'sites'; readonly thread: number; readonly table: SiteTable | PackedSites }
  | { readonly kind: 'note'; readonly thread: number; readonly note: Note }
  | { readonly kind: 'swallowed'; readonly thread: number; readonly sites: readonly SwallowedSite[] }
  /** Of a thread but the main one, on a channel between it and the worker alone: Node refuses to send this to several at once. */
  | { readonly kind: 'heartbeat'; readonly thread: number; readonly heartbeat: Heartbeat }
  /** Everything of the thread is written into its memory; the worker answers with `workerState`. */
  | { readonly kind: 'end'; readonly thread: number; readonly time: number; readonly exitCode: number | undefined }
  /** The thread was terminated without a word. */
  | { readonly kind: 'gone'; readonly thread: number };

/** A thread that wants to be drained. */
export interface ThreadStart {
  readonly kind: 'start';
  readonly thread: number;
  readonly hello: Omit<Hello, 'segment'>;
  readonly memory: ThreadMemory;
  readonly heartbeat: Heartbeat | undefined;
  /** `process.hrtime.bigint()` at the thread's start. */
  readonly startNs: bigint;
}

/** What the drain worker tells a thread. */
export interface WorkerMessage {
  readonly control: Control;
}

/** `workerData` of the drain worker. */
export interface DrainData {
  readonly settings: HookSettings;
  readonly control: Int32Array;
  /** Name of the broadcast channel; a thread's own is this, a dot and its id. */
  readonly channel: string;
  readonly port: MessagePort;
  readonly start: ThreadStart;
  /** Folders for the socket, the best first; the worker itself has no environment. */
  readonly socketFolders: readonly string[];
}

/** What other threads find under `environmentKey` in Node's environment data. */
export interface DrainAddress {
  readonly control: Int32Array;
  readonly channel: string;
  /** Thread that was started by the program and set this. */
  readonly parentThread: number;
}

export const environmentKey = 'rubato.drain';

/** Name of the channel on which a thread sends its heartbeat; the worker listens there when it has taken the thread's start. */
export function heartbeatChannel(channel: string, thread: number): string {
  return `${channel}.${thread}.heartbeat`;
}

// Both ends are this program, so these look no closer than telling its messages from others.

export function isThreadMessage(value: unknown): value is ThreadMessage {
  return isObject(value) && typeof value['kind'] === 'string' && typeof value['thread'] === 'number';
}

export function isWorkerMessage(value: unknown): value is WorkerMessage {
  return isObject(value) && isObject(value['control']);
}

export function isDrainData(value: unknown): value is DrainData {
  return isObject(value) && isObject(value['settings']) && isObject(value['start']) && isObject(value['port']);
}

export function isDrainAddress(value: unknown): value is DrainAddress {
  return isObject(value) && typeof value['channel'] === 'string' && value['control'] instanceof Int32Array;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
