import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { Bucket } from './buckets.ts';

/** What a histogram says of its values beside their buckets, in the unit of the metric. */
export interface Known {
  sum?: number | undefined;
  min?: number | undefined;
  max?: number | undefined;
}

/** Of all buckets together: a sketch takes about as many bytes. */
const maxPlaces = 256;
const maxPlacesOfBucket = 16;

/** No sketch tells higher values apart, in whatever unit, and counts of them can still be added up. */
const farthest = 1e18;

interface Place {
  /** 0 at the low end of the bucket, 1 at the high one. */
  share: number;
  bucket: Bucket;
  count: number;
}

/**
 * Values as they may have been, from the counts of buckets: spread evenly over each bucket, and then all drawn towards its low
 * or its high end until they add up to the sum that the histogram tells. The count is exact; so is the sum, but for the rounding
 * of values to whole units, as far as the buckets allow it; none lies outside of its bucket nor of minimum and maximum, so every
 * quantile is within the width of the bucket it is in. The same histogram always gives the same values.
 *
 * @param perUnit units of the sketch in one of the metric: 1,000,000 for seconds
 */
export function spread(buckets: readonly Bucket[], known: Known, perUnit: number): Sketch {
  const bounded = withinKnown(buckets, known);
  const places = placesOf(bounded);
  const total = (share: (place: Place) => number): number =>
    places.reduce((sum, place) => sum + place.count * valueAt(place.bucket, share(place)), 0);
  const draw = drawTowards(known.sum, {
    lowest: total(() => 0),
    even: total(({ share }) => share),
    highest: total(() => 1),
  });
  const sketch = new Sketch();
  for (const { bucket, share, count } of places) sketch.record(valueAt(bucket, draw(share)) * perUnit, count);
  return sketch;
}

const valueAt = ({ low, high }: Bucket, share: number): number => low + (high - low) * share;

/** Narrows the outermost buckets, and gives the unbounded one an end: the maximum, or what the sum leaves for it. */
function withinKnown(buckets: readonly Bucket[], { sum, min, max }: Known): Bucket[] {
  const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));
  return buckets.map((bucket, index) => {
    const { count } = bucket;
    let { low, high } = bucket;
    if (high === Number.POSITIVE_INFINITY) high = Math.max(low, isKnown(max) ? max : topOf(buckets, sum));
    if (index === 0 && isKnown(min)) low = clamp(min, low, high);
    if (index === buckets.length - 1 && isKnown(max)) high = clamp(max, low, high);
    return { low: Math.min(farthest, low), high: Math.min(farthest, high), count };
  });
}

const isKnown = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** As far above the unbounded bucket's low end as its mean, if the others lie in the middle of theirs, is doubled. */
function topOf(buckets: readonly Bucket[], sum: number | undefined): number {
  const last = buckets.at(-1);
  if (last === undefined) return 0;
  if (!isKnown(sum)) return last.low;
  const others = buckets.slice(0, -1).reduce((total, bucket) => total + bucket.count * valueAt(bucket, 0.5), 0);
  const mean = Math.max(last.low, (sum - others) / last.count);
  return Math.min(telemetryLimits.amount, last.low + 2 * (mean - last.low));
}

function placesOf(buckets: readonly Bucket[]): Place[] {
  const ofEach = Math.max(1, Math.min(maxPlacesOfBucket, Math.floor(maxPlaces / Math.max(1, buckets.length))));
  return buckets.flatMap((bucket) => {
    const places = Math.min(ofEach, bucket.count);
    // The whole count, however it is divided.
    const upTo = (place: number): number => Math.floor((bucket.count * place) / places);
    return Array.from({ length: places }, (_, place) => ({
      share: (place + 0.5) / places,
      bucket,
      count: upTo(place + 1) - upTo(place),
    }));
  });
}

/** How to move a share of a bucket so that the whole adds up. @returns a share, again from 0 to 1 */
function drawTowards(
  sum: number | undefined,
  { lowest, even, highest }: { lowest: number; even: number; highest: number },
): (share: number) => number {
  if (!isKnown(sum)) return (share) => share;
  if (sum <= even) {
    const factor = even > lowest ? Math.max(0, (sum - lowest) / (even - lowest)) : 1;
    return (share) => share * factor;
  }
  const factor = highest > even ? Math.max(0, (highest - sum) / (highest - even)) : 1;
  return (share) => 1 - (1 - share) * factor;
}
