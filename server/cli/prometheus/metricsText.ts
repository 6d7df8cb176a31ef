import { blockBucketsMs, type Stats } from '#protocol/messages.ts';

/** The last counters of one thread, with the names of its places. */
export interface ThreadMetrics {
  readonly stats: Stats;
  /** Name of a site for people, `file:line function`, for the waiting tasks. */
  readonly placeOf: (site: number) => string;
}

/** Places with a series of their own; the rest is under `other`. */
const maxPlaces = 50;

/**
 * Counters of all traced threads in Prometheus' text format 0.0.4, summed up: no process ids or times in labels, and at most 51 places per metric,
 * so that the number of series stays bounded. Ended threads count with their last values, so that counters never fall.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsText(threads: readonly ThreadMetrics[]): string {
  const sum = (read: (stats: Stats) => number): number => threads.reduce((total, { stats }) => total + read(stats), 0);
  return (
    [
      ...single(
        'rubato_tasks_started_total',
        'counter',
        'Tasks started.',
        sum((stats) => stats.tasksStarted),
      ),
      ...single(
        'rubato_tasks_alive',
        'gauge',
        'Tasks that have not ended.',
        sum((stats) => stats.tasksAlive),
      ),
      ...single(
        'rubato_tasks_untracked_total',
        'counter',
        'Tasks beyond the live table.',
        sum((stats) => stats.tasksUntracked),
      ),
      ...single(
        'rubato_rejections_unhandled_total',
        'counter',
        'Rejections that nobody handled in time.',
        sum((stats) => stats.unhandledRejections),
      ),
      ...single(
        'rubato_rejections_handled_late_total',
        'counter',
        'Of these, handled later.',
        sum((stats) => stats.lateRejections),
      ),
      ...single(
        'rubato_rejections_swallowed_total',
        'counter',
        'Errors caught and dropped.',
        sum((stats) => stats.swallowedRejections),
      ),
      ...single(
        'rubato_tasks_lost_total',
        'counter',
        'Watched tasks that can never go on.',
        sum((stats) => stats.lostTasks),
      ),
      ...single('rubato_gc_seconds_total', 'counter', 'Time in garbage collection.', sum((stats) => stats.gcUs) / 1e6),
      ...single(
        'rubato_records_lost_total',
        'counter',
        'Words of records that were lost.',
        sum((stats) => stats.lostWords),
      ),
      ...waitingTasks(threads),
      ...blockHistogram(threads),
    ].join('\n') + '\n'
  );
}

function single(name: string, type: 'counter' | 'gauge', help: string, value: number): readonly string[] {
  return [...head(name, type, help), `${name} ${value}`];
}

function head(name: string, type: string, help: string): readonly string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function waitingTasks(threads: readonly ThreadMetrics[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { stats, placeOf } of threads) {
    for (const { site, count } of stats.waiting) add(counts, placeOf(site), count);
  }
  const name = 'rubato_tasks_waiting';
  const lines = largest(counts).map(([place, count]) => `${name}{place="${escaped(place)}"} ${count}`);
  return [...head(name, 'gauge', 'Tasks that wait, by the place of their await.'), ...lines];
}

interface Blocks {
  readonly buckets: number[];
  totalUs: number;
  count: number;
}

function blockHistogram(threads: readonly ThreadMetrics[]): readonly string[] {
  const name = 'rubato_loop_block_seconds';
  const byPlace = blocksByPlace(threads);
  const shown = new Map(largest(new Map([...byPlace].map(([place, { totalUs }]) => [place, totalUs]))));
  const rest: Blocks = { buckets: [], totalUs: 0, count: 0 };
  const series = [...byPlace].filter(([place, blocks]) => shown.has(place) || (merge(rest, blocks), false));
  if (rest.count > 0) series.push([other, rest]);
  const lines = series.flatMap(([place, blocks]) => histogramLines(name, place, blocks));
  return [...head(name, 'histogram', 'Times the event loop stood still, by the place to blame.'), ...lines];
}

function blocksByPlace(threads: readonly ThreadMetrics[]): Map<string, Blocks> {
  const byPlace = new Map<string, Blocks>();
  for (const { place, buckets, totalUs, count } of threads.flatMap(({ stats }) => stats.blocks)) {
    const own = byPlace.get(place) ?? { buckets: [], totalUs: 0, count: 0 };
    byPlace.set(place, own);
    merge(own, { buckets: [...buckets], totalUs, count });
  }
  return byPlace;
}

function merge(into: Blocks, more: Blocks): void {
  more.buckets.forEach((count, at) => (into.buckets[at] = (into.buckets[at] ?? 0) + count));
  into.totalUs += more.totalUs;
  into.count += more.count;
}

function histogramLines(name: string, place: string, { buckets, totalUs, count }: Blocks): readonly string[] {
  const label = `place="${escaped(place)}"`;
  let below = 0;
  const bounds = blockBucketsMs.map((ms, at) => {
    below += buckets[at] ?? 0;
    return `${name}_bucket{${label},le="${ms / 1000}"} ${below}`;
  });
  return [
    ...bounds,
    `${name}_bucket{${label},le="+Inf"} ${count}`,
    `${name}_sum{${label}} ${totalUs / 1e6}`,
    `${name}_count{${label}} ${count}`,
  ];
}

const other = 'other';

/** The places with the largest values, largest first, the rest added up under `other`. */
function largest(values: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  const sorted = [...values].toSorted(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  const rest = sorted.slice(maxPlaces).reduce((total, [, value]) => total + value, 0);
  return rest === 0 ? sorted : [...sorted.slice(0, maxPlaces), [other, rest]];
}

function add(counts: Map<string, number>, key: string, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

function escaped(label: string): string {
  return label
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
