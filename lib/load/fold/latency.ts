import type { LatencySummary, Timing } from '../../contracts/load-result.ts';
import type { Sketch } from '../../statistics/sketch.ts';

/** Three decimals: the sketches count microseconds. */
export const rounded = (value: number): number => Math.round(value * 1000) / 1000;
export const milliseconds = (microseconds: number): number => rounded(microseconds / 1000);

/** Of a sketch of microseconds, in milliseconds; empty where nothing was recorded. */
export function latencies(sketch: Sketch): Partial<LatencySummary> {
  if (sketch.count === 0) return {};
  return {
    avgResponseTimeMs: milliseconds(sketch.mean),
    minResponseTimeMs: milliseconds(sketch.min),
    maxResponseTimeMs: milliseconds(sketch.max),
    p50ResponseTimeMs: milliseconds(sketch.quantile(0.5)),
    p75ResponseTimeMs: milliseconds(sketch.quantile(0.75)),
    p90ResponseTimeMs: milliseconds(sketch.quantile(0.9)),
    p95ResponseTimeMs: milliseconds(sketch.quantile(0.95)),
    p99ResponseTimeMs: milliseconds(sketch.quantile(0.99)),
    p999ResponseTimeMs: milliseconds(sketch.quantile(0.999)),
  };
}

export const timingOf = (sketch: Sketch): Timing | undefined =>
  sketch.count === 0
    ? undefined
    : {
        avgMs: milliseconds(sketch.mean),
        p50Ms: milliseconds(sketch.quantile(0.5)),
        p95Ms: milliseconds(sketch.quantile(0.95)),
        maxMs: milliseconds(sketch.max),
      };

export const latencyOf = (
  sketch: Sketch,
): { meanMs: number; p50Ms: number; p95Ms: number; p99Ms: number } | undefined =>
  sketch.count === 0
    ? undefined
    : {
        meanMs: milliseconds(sketch.mean),
        p50Ms: milliseconds(sketch.quantile(0.5)),
        p95Ms: milliseconds(sketch.quantile(0.95)),
        p99Ms: milliseconds(sketch.quantile(0.99)),
      };

/** At most so many bars are told apart by an eye. */
const mostBars = 60;

/** The response times of a sketch of microseconds as bars of equal width on a logarithmic axis. */
export function histogramOf(sketch: Sketch): { fromMs: number; toMs: number; count: number }[] {
  if (sketch.count === 0) return [];
  const low = Math.log(Math.max(1, sketch.min));
  const width = Math.max((Math.log(Math.max(1, sketch.max)) - low) / mostBars, Math.log(1.01));
  const bars = new Map<number, number>();
  for (const [lower, upper, count] of sketch.buckets()) {
    const middle = Math.max(1, (lower + upper) / 2);
    const bar = Math.min(mostBars - 1, Math.max(0, Math.floor((Math.log(middle) - low) / width)));
    bars.set(bar, (bars.get(bar) ?? 0) + count);
  }
  const edge = (bar: number): number => milliseconds(Math.exp(low + bar * width));
  return [...bars].sort(([a], [b]) => a - b).map(([bar, count]) => ({ fromMs: edge(bar), toMs: edge(bar + 1), count }));
}
