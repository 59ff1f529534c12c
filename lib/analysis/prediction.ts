import type { Prediction } from '../contracts/analysis.ts';
import type { Sketch } from '../statistics/sketch.ts';
import { milliseconds } from '../telemetry/metrics.ts';
import { rounded } from '../telemetry/resources.ts';
import type { EndpointTime } from './breakdown.ts';

/** What would be gone with a bottleneck. */
export interface Saving {
  /** Recorded time of all requests of an endpoint together; without an endpoint: of some that are not known. */
  removed: { endpoint?: string; us: number }[];
  /** Requests that would fail no more. */
  failures?: number;
  /** What was left in the place of what is gone, in words. */
  remains?: string;
}

/** What a prediction rests on. */
export interface Recorded {
  times: readonly EndpointTime[];
  /** Of all requests. */
  responseTime: Sketch;
  responseTimeOf: (endpoint: string) => Sketch | undefined;
  failedRequests: number;
}

const maxEndpoints = 3;

/** Both ways of taking time away must come this near, as a share of the 95th percentile before. */
const agreement = 0.15;
const minRequestsForP95 = 100;

/**
 * The response times without what a bottleneck has cost: the recorded time less what would be gone, over the same requests. What
 * others waited for it, in the queue of the event loop or of the processor, is recorded nowhere and counts as if it stayed: the
 * true gain of work that blocks is larger.
 */
export function predict(recorded: Recorded, { removed, failures, remains }: Saving): Prediction {
  const { times, responseTime, failedRequests } = recorded;
  const byEndpoint = new Map<string, number>();
  let anywhereUs = 0;
  for (const { endpoint, us } of removed) {
    if (endpoint === undefined) anywhereUs += us;
    else byEndpoint.set(endpoint, (byEndpoint.get(endpoint) ?? 0) + us);
  }
  const gains = times
    .flatMap(({ endpoint, requests, totalUs }) => {
      const removedUs = Math.min(totalUs, byEndpoint.get(endpoint) ?? 0);
      return removedUs > 0 ? [{ endpoint, requests, totalUs, removedUs }] : [];
    })
    .sort((a, b) => b.removedUs - a.removedUs);
  const removedUs = gains.reduce((sum, gain) => sum + gain.removedUs, anywhereUs);
  const p95 = anywhereUs > 0 || gains.length === 0 ? undefined : p95After(recorded, gains);
  const requests = responseTime.count;
  return {
    ...(removedUs === 0 || requests === 0
      ? {}
      : { avgResponseTimeMs: meanChange(responseTime.sum, removedUs, requests) }),
    ...(p95 === undefined
      ? {}
      : { p95ResponseTimeMs: { before: milliseconds(responseTime.quantile(0.95)), after: milliseconds(p95) } }),
    endpoints: gains.slice(0, maxEndpoints).map((gain) => ({
      endpoint: gain.endpoint,
      avgResponseTimeMs: meanChange(gain.totalUs, gain.removedUs, gain.requests),
    })),
    ...(failures === undefined || requests === 0
      ? {}
      : {
          errorRatePercent: {
            before: percentOf(failedRequests, requests),
            after: percentOf(failedRequests - failures, requests),
          },
        }),
    ...(remains === undefined ? {} : { remains }),
  };
}

const meanChange = (totalUs: number, removedUs: number, requests: number) => ({
  before: milliseconds(totalUs / requests),
  after: milliseconds(Math.max(0, totalUs - removedUs) / requests),
});

const percentOf = (part: number, whole: number): number => rounded((100 * Math.max(0, part)) / whole, 3);

interface Gain {
  endpoint: string;
  requests: number;
  totalUs: number;
  removedUs: number;
}

/**
 * Which part of a slow request is what would be gone, nobody has recorded. If it took the same time in each request, each gets
 * shorter by its mean; if it was the same share of each, by that share. The truth mostly lies between the two 95th percentiles
 * that this gives: it is taken to be in the middle, and where they differ too much, there is none.
 */
function p95After(
  { responseTime, responseTimeOf }: Pick<Recorded, 'responseTime' | 'responseTimeOf'>,
  gains: readonly Gain[],
): number | undefined {
  if (responseTime.count < minRequestsForP95) return undefined;
  const after = (change: (us: number, gain: Gain) => number): number => {
    const counts: [us: number, count: number][] = [];
    const add = (sketch: Sketch, sign: 1 | -1, value: (us: number) => number): void => {
      for (const [lower, upper, count] of sketch.buckets()) counts.push([value((lower + upper) / 2), sign * count]);
    };
    add(responseTime, 1, (us) => us);
    for (const gain of gains) {
      const own = responseTimeOf(gain.endpoint);
      if (own === undefined) continue;
      add(own, -1, (us) => us);
      add(own, 1, (us) => change(us, gain));
    }
    return quantileOf(counts, responseTime.count, 0.95);
  };
  const shorter = after((us, { removedUs, requests }) => Math.max(0, us - removedUs / requests));
  const inShare = after((us, { removedUs, totalUs }) => us * (1 - removedUs / totalUs));
  const differ = Math.abs(shorter - inShare) > agreement * responseTime.quantile(0.95);
  return differ ? undefined : (shorter + inShare) / 2;
}

/** Values may come several times, and be taken away again. */
function quantileOf(counts: [us: number, count: number][], total: number, q: number): number {
  let left = Math.ceil(q * total);
  let last = 0;
  for (const [us, count] of counts.sort(([a], [b]) => a - b)) {
    left -= count;
    last = us;
    if (left <= 0) break;
  }
  return last;
}
