import { readdir, readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import path from 'node:path';
import { frameOf, frameType } from '#protocol/frames.ts';
import type { Control } from '#protocol/messages.ts';
import { runFolder } from '#protocol/runFolder.ts';
import { traceReader, type TraceReader } from '#trace/traceReader.ts';
import type { ThreadMetrics } from './metricsText.ts';

/** How often new processes are looked for. */
const pollMs = 250;

/** What the processes of a run say about themselves while they run. */
export interface RunListener {
  /** Last counters of every thread so far, also of those that ended. */
  metrics(): readonly ThreadMetrics[];
  /** Ends all connections; what was heard stays. */
  close(): void;
}

/**
 * Connects to each traced process of a run as it comes up and keeps its last counters. It keeps nothing alive and throws nothing:
 * a process that cannot be reached is not in the metrics. `root`: places below it are named relative to it.
 */
export function listenToRun(folder: string, root: string): RunListener {
  const heard = new Map<string, TraceReader>();
  const sockets = new Set<Socket>();
  const look = async (): Promise<void> => {
    for (const { socket, token } of await newMarks(folder, heard)) {
      const reader = traceReader();
      heard.set(socket, reader);
      const connection = listen(socket, token, (bytes) => reader.feed(bytes));
      sockets.add(connection.on('close', () => sockets.delete(connection)));
    }
  };
  const timer = setInterval(() => void look(), pollMs);
  timer.unref();
  return {
    metrics: () => [...heard.values()].flatMap((reader) => metricsOf(reader, root)),
    close() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

interface Address {
  readonly socket: string;
  readonly token: string;
}

async function newMarks(folder: string, known: ReadonlyMap<string, unknown>): Promise<readonly Address[]> {
  const names = await readdir(folder).catch(() => {
    // The folder may be gone already; then there is nobody new.
    return [];
  });
  const marks = names.filter((name) => name.endsWith(runFolder.processExtension));
  const addresses = await Promise.all(marks.map((name) => readMark(path.join(folder, name))));
  return addresses.filter((address) => address !== undefined).filter(({ socket }) => !known.has(socket));
}

/** `undefined` while the process does not listen, and for a mark that is being written. */
async function readMark(file: string): Promise<Address | undefined> {
  try {
    const mark: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isAddress(mark) ? mark : undefined;
  } catch {
    // The next look reads it again.
    return undefined;
  }
}

function isAddress(value: unknown): value is Address {
  if (typeof value !== 'object' || value === null || !('socket' in value) || !('token' in value)) return false;
  return typeof value.socket === 'string' && typeof value.token === 'string';
}

function listen(address: string, token: string, onData: (bytes: Uint8Array) => void): Socket {
  const control: Control = { kind: 'listen', token, wants: ['stats'] };
  const socket = connect(address, () => {
    socket.write(frameOf(frameType.control, new TextEncoder().encode(JSON.stringify(control))));
  });
  // A process that is gone says nothing more; its last counters stay.
  return socket
    .on('data', onData)
    .on('error', () => socket.destroy())
    .unref();
}

function metricsOf(reader: TraceReader, root: string): readonly ThreadMetrics[] {
  const { threads, places } = reader.model();
  const relative = (file: string): string => (file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file);
  return threads.flatMap(({ stats, placeOf }) => {
    if (stats === undefined) return [];
    const blocks = stats.blocks.map((block) => ({ ...block, place: relative(block.place) }));
    const nameOf = (site: number): string => {
      const place = places[placeOf[site] ?? 0];
      return place === undefined || place.file === ''
        ? 'other'
        : `${relative(place.file)}:${place.line} ${place.label}`;
    };
    return [{ stats: { ...stats, blocks }, placeOf: nameOf }];
  });
}
