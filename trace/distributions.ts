import type { Distribution } from '#protocol/evidence.ts';
import { addDuration, bucketMiddle, durationSketch } from './durationSketch.ts';
import type { DurationSketch, ThreadModel, TraceModel } from './model.ts';

/** Gives values (times in µs, or counts) to places; called twice and must give the same both times. */
export type GiveValues = (give: (place: number, value: number) => void) => void;

/** Values by place, ascending. Places without values are absent. */
export function valuesByPlace(model: TraceModel, giveAll: GiveValues): ReadonlyMap<number, Float64Array> {
  const counts = new Uint32Array(model.places.length);
  giveAll((place) => void (counts[place] = (counts[place] ?? 0) + 1));
  const values = new Map<number, Float64Array>();
  for (const [place, count] of counts.entries()) if (count > 0) values.set(place, new Float64Array(count));
  counts.fill(0);
  giveAll((place, value) => {
    const at = counts[place] ?? 0;
    const list = values.get(place);
    if (list !== undefined) list[at] = value;
    counts[place] = at + 1;
  });
  for (const list of values.values()) list.sort();
  return values;
}

/** Spread in ms of times in µs, ascending, together with sketches of those let go. Exact without sketches, else at most 1% off. */
export function distributionOf(sortedUs: Float64Array, sketches: readonly DurationSketch[] = []): Distribution {
  if (sketches.length > 0) return sketchedDistribution(sortedUs, sketches);
  const at = (share: number) => round((sortedUs[Math.max(0, Math.ceil(sortedUs.length * share) - 1)] ?? 0) / 1000);
  return { count: sortedUs.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}

function sketchedDistribution(sortedUs: Float64Array, sketches: readonly DurationSketch[]): Distribution {
  const all = durationSketch();
  for (const us of sortedUs) addDuration(all, us);
  const length = Math.max(all.buckets.length, ...sketches.map(({ buckets }) => buckets.length));
  const buckets = new Float64Array(length);
  for (const sketch of [all, ...sketches]) {
    for (const [bucket, count] of sketch.buckets.entries()) buckets[bucket] = (buckets[bucket] ?? 0) + count;
  }
  const count = buckets.reduce((sum, each) => sum + each, 0);
  const max = Math.max(all.max, ...sketches.map((sketch) => sketch.max));
  const at = (share: number) => round(Math.min(max, rankOf(buckets, Math.ceil(count * share))) / 1000);
  return { count, p50: at(0.5), p95: at(0.95), max: round(max / 1000) };
}

function rankOf(buckets: Float64Array, rank: number): number {
  let seen = 0;
  for (const [bucket, count] of buckets.entries()) {
    seen += count;
    if (seen >= rank) return bucketMiddle(bucket);
  }
  return 0;
}

/** Sketches of all threads for a place. */
export function sketchesFor(
  model: TraceModel,
  sketches: (thread: ThreadModel) => ReadonlyMap<number, DurationSketch>,
): ReadonlyMap<number, readonly DurationSketch[]> {
  const byPlace = new Map<number, DurationSketch[]>();
  for (const thread of model.threads) {
    for (const [site, sketch] of sketches(thread)) {
      const place = thread.placeOf[site] ?? 0;
      const list = byPlace.get(place);
      if (list === undefined) byPlace.set(place, [sketch]);
      else list.push(sketch);
    }
  }
  return byPlace;
}

/** Times are recorded in µs, so more digits of a ms would be noise. */
export function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
