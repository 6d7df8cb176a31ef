import type { Socket } from 'node:net';
import { listenTo } from '#runs/listenTo.ts';
import { addressOf, tracedProcesses } from '#runs/processMarks.ts';
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
    const pids = await tracedProcesses(folder);
    const addresses = await Promise.all(pids.map((pid) => addressOf(folder, pid)));
    for (const address of addresses) {
      if (address === undefined || heard.has(address.socket)) continue;
      const reader = traceReader();
      heard.set(address.socket, reader);
      const connection = listenTo(address, { wants: ['stats'], onData: (bytes) => reader.feed(bytes) });
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
