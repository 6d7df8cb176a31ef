import { panelLimits, siteBucketsMs, type SiteRow, type StatisticsMessage } from '#protocol/panel.ts';
import { bucketMiddle } from '../durationSketch.ts';
import { taskState, type DurationSketch, type TraceModel } from '../model.ts';
import { blockingCalls } from '../sideEffects.ts';
import { awaitStatistics, functionStatistics } from '../statistics.ts';
import { placeAt } from '../taskChains.ts';
import type { PanelPlaces } from './panelPlaces.ts';

/** Every function, await and known blocking call with its spread and histogram, the slowest first. */
export function panelStatistics(model: TraceModel, places: PanelPlaces): StatisticsMessage {
  const durations = histograms(model, 'tasks');
  const waits = histograms(model, 'waits');
  const sites: SiteRow[] = [
    ...functionStatistics(model).map(({ place, duration, busy, alive, rejected, maxAlive }): SiteRow => ({
      kind: 'function',
      place,
      duration,
      busy,
      open: alive,
      rejected,
      maxAlive,
      buckets: durations.get(place) ?? [],
    })),
    ...awaitStatistics(model)
      .filter(({ place }) => placeAt(model, place).kind !== 'yield')
      .map(({ place, wait, open }): SiteRow => ({
        kind: 'await',
        place,
        duration: wait,
        open,
        rejected: 0,
        maxAlive: 0,
        buckets: waits.get(place) ?? [],
      })),
    ...[...blockingCalls(model)].map(([place, duration]): SiteRow => ({
      kind: 'blocking',
      place,
      duration,
      open: 0,
      rejected: 0,
      maxAlive: 0,
      buckets: [],
    })),
  ];
  const known = sites.filter(({ place }) => place !== 0);
  const sorted = known.toSorted((a, b) => b.duration.p95 - a.duration.p95 || b.duration.max - a.duration.max);
  return {
    kind: 'statistics',
    sites: sorted.slice(0, panelLimits.entries).map((site) => ({ ...site, place: places.idOf(site.place) })),
  };
}

/** Counts by `siteBucketsMs`, by place of the model. */
function histograms(model: TraceModel, of: 'tasks' | 'waits'): ReadonlyMap<number, readonly number[]> {
  const byPlace = new Map<number, number[]>();
  const bucketsOf = (place: number): number[] => {
    const known = byPlace.get(place);
    if (known !== undefined) return known;
    const made = Array.from({ length: siteBucketsMs.length + 1 }, () => 0);
    byPlace.set(place, made);
    return made;
  };
  for (const { tasks, waits, placeOf, folded } of model.threads) {
    // Buckets by site: a look-up per row in an array instead of a map.
    const bySite: (number[] | undefined)[] = [];
    const { count, site, begin, end } = of === 'tasks' ? tasks : waits;
    for (let row = 1; row <= count; row += 1) {
      const us = (end[row] ?? 0) - (begin[row] ?? 0);
      if (!(us >= 0)) continue;
      if (of === 'tasks' && tasks.state[row] !== taskState.done && tasks.state[row] !== taskState.rejected) continue;
      const each = site[row] ?? 0;
      const buckets = (bySite[each] ??= bucketsOf(placeOf[each] ?? 0));
      add(buckets, us / 1000, 1);
    }
    const sketches = of === 'tasks' ? folded.durations : folded.waitDurations;
    for (const [each, sketch] of sketches) addSketch(bucketsOf(placeOf[each] ?? 0), sketch);
  }
  return byPlace;
}

function addSketch(buckets: number[], sketch: DurationSketch): void {
  for (const [bucket, count] of sketch.buckets.entries()) {
    if (count > 0) add(buckets, bucketMiddle(bucket) / 1000, count);
  }
}

function add(buckets: number[], ms: number, count: number): void {
  let bucket = 0;
  while (bucket < siteBucketsMs.length && ms > (siteBucketsMs[bucket] ?? 0)) bucket += 1;
  buckets[bucket] = (buckets[bucket] ?? 0) + count;
}
