import { createHash } from 'node:crypto';
import { z } from 'zod';
import { atScale } from './buckets.ts';
import type { CounterPoint, GaugePoint, HistogramPoint, MetricPoint } from './metric-points.ts';

/** What a series had come to when it was last told of. */
const storedSeries = z.object({
  at: z.number(),
  /** Of a histogram, its count. */
  value: z.number(),
  sum: z.number().optional(),
  scale: z.number().optional(),
  zero: z.number().optional(),
  counts: z.array(z.tuple([z.number(), z.number()])).optional(),
});
export type StoredSeries = z.output<typeof storedSeries>;

export const seriesState = z.object({
  /** When the instance was first heard of, in epoch milliseconds: what began later is known from its beginning. */
  since: z.number(),
  /** The newest time that it told of. */
  lastAt: z.number(),
  series: z.record(z.string(), storedSeries),
});
export type SeriesState = z.output<typeof seriesState>;

export type CumulativePoint = CounterPoint | HistogramPoint;
/** A point that says what was added between its times. */
export type Change = (CumulativePoint & { isCumulative: false }) | GaugePoint;

/** An instance that began this long before it was first heard of is counted from its beginning; of older ones, what comes from then on. */
const beginningMs = 600_000;
/** Series that were not told of for so long have ended. */
const endedMs = 3_600_000;
const maxSeries = 3_000;

/** The start belongs to it: what begins again, and another process under the same name, is another series. */
export function seriesKeyOf(point: CumulativePoint): string {
  const { kind, name, unit, startMs, attributes } = point;
  const bounds = kind === 'histogram' ? (point.buckets.bounds ?? 'exponential') : '';
  const text = JSON.stringify([kind, name, unit, startMs, attributes.sorted(), bounds]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

export interface Advanced {
  state: SeriesState;
  changes: Change[];
  rejected: number;
}

/**
 * Brings the state of an instance up to what it tells now.
 *
 * @param erasedUntil what was told by then must not come back
 * @param isBaseline points that say from where to count, and are not counted themselves: others have counted what they tell of
 */
export function advance(
  known: SeriesState | undefined,
  points: readonly MetricPoint[],
  {
    now,
    erasedUntil = 0,
    isBaseline,
  }: { now: number; erasedUntil?: number; isBaseline: (point: MetricPoint) => boolean },
): Advanced {
  // Of an instance that was silent for so long its totals are forgotten, so it is heard of for the first time again.
  // What began before an erasure is never counted from its beginning.
  const first = Math.max(now, erasedUntil + beginningMs);
  const since = known === undefined || known.lastAt <= now - endedMs ? first : known.since;
  const series = new Map(Object.entries(known?.series ?? {}).filter(([, { at }]) => at > now - endedMs));
  const changes: Change[] = [];
  let rejected = 0;
  for (const point of points) {
    if (point.kind === 'gauge') {
      changes.push({ ...point, startMs: beginOfGauge(point.timeMs, known?.lastAt) });
      continue;
    }
    if (!point.isCumulative) {
      if (!isBaseline(point)) changes.push({ ...point, isCumulative: false });
      continue;
    }
    const key = seriesKeyOf(point);
    const last = series.get(key);
    if (last === undefined && series.size >= maxSeries) {
      rejected++;
      continue;
    }
    // Out of order, or sent again: what it tells of is in what came since.
    if (last !== undefined && point.timeMs <= last.at) continue;
    series.set(key, stored(point));
    if (isBaseline(point)) continue;
    if (last !== undefined) changes.push(difference(point, last));
    else if (point.startMs >= since - beginningMs) changes.push(fromBeginning(point, known?.lastAt));
  }
  const lastAt = points.reduce((latest, { timeMs }) => Math.max(latest, timeMs), known?.lastAt ?? 0);
  return { state: { since, lastAt, series: Object.fromEntries(series) }, changes, rejected };
}

const maxGaugeMs = 120_000;
const shortGaugeMs = 10_000;

/** A gauge holds for the time since the instance last told of itself, if that was not long ago. */
const beginOfGauge = (timeMs: number, lastAt: number | undefined): number =>
  lastAt !== undefined && lastAt < timeMs && timeMs - lastAt <= maxGaugeMs ? lastAt : timeMs - shortGaugeMs;

function stored(point: CumulativePoint): StoredSeries {
  const { timeMs: at } = point;
  if (point.kind === 'counter') return { at, value: point.value };
  const { count, sum, buckets } = point;
  return {
    at,
    value: count,
    ...(sum !== undefined && { sum }),
    ...(buckets.scale !== undefined && { scale: buckets.scale }),
    ...(buckets.zero !== undefined && { zero: buckets.zero }),
    counts: [...buckets.counts],
  };
}

/** A series that begins while its instance is known began since that last told of itself. */
const fromBeginning = (point: CumulativePoint, lastAt: number | undefined): Change => ({
  ...point,
  startMs: lastAt !== undefined && lastAt < point.timeMs ? Math.max(point.startMs, lastAt) : point.startMs,
  isCumulative: false,
});

function difference(point: CumulativePoint, last: StoredSeries): Change {
  const startMs = last.at;
  if (point.kind === 'histogram') return { ...point, ...subtracted(point, last), startMs, isCumulative: false };
  // What has fallen began anew, and did not say so.
  const value = point.value < last.value ? point.value : point.value - last.value;
  return { ...point, value, startMs, isCumulative: false };
}

/** Undefined where a bucket has lost something: then the histogram began anew. */
function subtracted(point: HistogramPoint, last: StoredSeries): Partial<HistogramPoint> | undefined {
  const { scale, counts: before = [], zero = 0 } = last;
  if (point.count < last.value || (point.buckets.scale ?? 0) > (scale ?? 0)) return undefined;
  const earlier = atScale(
    { ...(scale !== undefined && { scale }), counts: new Map(before), zero },
    point.buckets.scale ?? 0,
  );
  const counts = new Map(point.buckets.counts);
  for (const [index, count] of earlier.counts) {
    const left = (counts.get(index) ?? 0) - count;
    if (left < 0) return undefined;
    if (left === 0) counts.delete(index);
    else counts.set(index, left);
  }
  const zeroLeft = (point.buckets.zero ?? 0) - zero;
  if (zeroLeft < 0) return undefined;
  return {
    count: point.count - last.value,
    sum: point.sum === undefined || last.sum === undefined ? undefined : Math.max(0, point.sum - last.sum),
    buckets: { ...point.buckets, counts, zero: zeroLeft },
  };
}
