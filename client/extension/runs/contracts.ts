import type { Disposable, Event } from 'vscode';
import type { RunManifest } from '#protocol/runFolder.ts';
import type { PanelExportFormat } from '#protocol/panel.ts';
import type { ReaderAnswer, ReaderRequest, TasksSnapshot, TraceSource } from '#reader/messages.ts';

/** A run in a workspace folder, whoever started it: the editor, a terminal, a debug session. */
export interface Run {
  /** Folder of the run, absolute. */
  readonly folder: string;
  /** Folder that holds its `.rubato`, absolute. */
  readonly root: string;
  readonly manifest: RunManifest;
  /** It still runs. */
  readonly isAlive: boolean;
}

/** The runs of all workspace folders, followed on disk. */
export interface Runs extends Disposable {
  /** Those that still run before those that ended; newest first among each. */
  readonly all: readonly Run[];
  readonly onDidChange: Event<void>;
  /** The one that the tasks view and a panel opened without a choice show. */
  readonly current: Run | undefined;
  /** Settled as soon as the disk has shown a run, or was searched in vain. Never rejects. */
  readonly firstLook: Promise<void>;
  /** Looks at the disk now, not when its changes are told; `all` is up to date when this settles. Never rejects. */
  look(): Promise<void>;
  /** A run was begun below this folder; it need not lie in the workspace. */
  noteRoot(root: string): void;
}

/** The reader thread, started when it is first needed, restarted after a crash. */
export interface Reader extends Disposable {
  /** Opens a trace; ends when disposed. */
  open(source: TraceSource): Session;
  /** @throws Error with a sentence for the user */
  finish(folder: string): Promise<void>;
  /** Returns the folder. @throws Error with a sentence for the user */
  makeRun(root: string, command: string): Promise<string>;
}

/** One trace that somebody looks at. */
export interface Session extends Disposable {
  readonly onAnswer: Event<ReaderAnswer>;
  send(request: SessionRequest): void;
  readonly onTasks: Event<TasksSnapshot>;
  /** Writes the trace for another tool. @throws Error with a sentence for the user */
  export(format: PanelExportFormat, file: string): Promise<void>;
}

/** What may be asked of a session; its number is filled in. */
export type SessionRequest = WithoutSession<
  Exclude<ReaderRequest, { kind: 'open' | 'close' | 'export' | 'finish' | 'makeRun' }>
>;
type WithoutSession<T> = T extends unknown ? Omit<T, 'session'> : never;
