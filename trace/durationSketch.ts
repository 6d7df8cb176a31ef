import { longerWords } from './growable.ts';
import type { DurationSketch } from './model.ts';

/** A sketch that takes more durations. */
export interface GrowingSketch extends DurationSketch {
  count: number;
  max: number;
  buckets: Uint32Array;
}

const width = Math.log(1.02);
/** Beyond 2^53 µs there is no time. */
const lastBucket = Math.ceil(Math.log(Number.MAX_SAFE_INTEGER) / width);

export function durationSketch(): GrowingSketch {
  return { count: 0, max: 0, buckets: new Uint32Array(64) };
}

/** Adds a duration in µs; what is no time counts as 0. */
export function addDuration(sketch: GrowingSketch, us: number): void {
  const bucket = us >= 1 ? Math.min(lastBucket, 1 + Math.floor(Math.log(us) / width)) : 0;
  if (bucket >= sketch.buckets.length) {
    sketch.buckets = longerWords(sketch.buckets, Math.min(lastBucket + 1, bucket + 64));
  }
  sketch.buckets[bucket] = (sketch.buckets[bucket] ?? 0) + 1;
  sketch.count += 1;
  if (us > sketch.max) sketch.max = us;
}

/** The sketch of a key, made when there is none. */
export function sketchOf(sketches: Map<number, GrowingSketch>, key: number): GrowingSketch {
  const known = sketches.get(key);
  if (known !== undefined) return known;
  const made = durationSketch();
  sketches.set(key, made);
  return made;
}

/** Middle of a bucket in µs, at most 1% off any duration in it. */
export function bucketMiddle(bucket: number): number {
  return bucket === 0 ? 0 : Math.exp((bucket - 0.5) * width);
}
