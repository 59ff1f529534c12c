import { z } from 'zod';

/** The two sides of HTTP that both traces and metrics tell of. */
export const sides = ['server', 'client'] as const;
export type Side = (typeof sides)[number];

const ofSide = z.object({
  /** When traces were last found to be what counts. */
  tracesAt: z.number().optional(),
  /** Metrics count what ended after `from`, and have told of what ended until `until`. */
  metrics: z.object({ from: z.number(), until: z.number() }).optional(),
});

/**
 * Who counts the requests of an instance that tells of them twice: its metrics, from when they first came on, because they tell of
 * every request where traces may be a sample. What traces had counted by then, the metrics do not count again.
 */
export const coverage = z.object({ server: ofSide, client: ofSide });
export type Coverage = z.output<typeof coverage>;

export const noCoverage: Coverage = { server: {}, client: {} };

/** Metrics that have not come for so long come no more. */
const silenceMs = 300_000;
/** So late may it be noted that metrics still come. */
const lazinessMs = 60_000;

/** Without what was last told of by then. */
export function knownSince(known: Coverage, erasedUntil: number): Coverage {
  const isErased = ({ tracesAt = 0, metrics }: Coverage[Side]): boolean =>
    Math.max(tracesAt, metrics?.until ?? 0) <= erasedUntil;
  return { server: isErased(known.server) ? {} : known.server, client: isErased(known.client) ? {} : known.client };
}

/** All times in epoch milliseconds. */
export function countedByTraces({ metrics }: Coverage[Side], endMs: number): boolean {
  return metrics === undefined || endMs <= metrics.from || endMs > metrics.until + silenceMs;
}

/** With traces as what counts now, unless metrics do. @returns `known` itself where it says so already */
export function withTraces(known: Coverage, side: Side, now: number): Coverage {
  const { tracesAt, metrics } = known[side];
  const until = metrics?.until ?? Number.NEGATIVE_INFINITY;
  const isNoted = tracesAt !== undefined && tracesAt > until;
  if (isNoted || now <= until + silenceMs) return known;
  return { ...known, [side]: { ...known[side], tracesAt: now } };
}

/** With metrics that tell of what ended until `timeMs`. @returns `known` itself where it says so nearly enough */
export function withMetrics(known: Coverage, side: Side, timeMs: number): Coverage {
  const { tracesAt, metrics } = known[side];
  const haveTracesCounted = tracesAt !== undefined && tracesAt > (metrics?.until ?? Number.NEGATIVE_INFINITY);
  const isComingBack = metrics !== undefined && timeMs > metrics.until + silenceMs;
  let from = metrics?.from ?? 0;
  // Of an instance that traces have counted so far, metrics count what ends from now on.
  if (haveTracesCounted && (metrics === undefined || isComingBack)) from = timeMs;
  else if (metrics !== undefined && timeMs < metrics.until + lazinessMs) return known;
  return { ...known, [side]: { ...known[side], metrics: { from, until: Math.max(timeMs, metrics?.until ?? 0) } } };
}

/** Whether a data point of this time tells only of what traces have counted. */
export const isCountedBefore = ({ metrics }: Coverage[Side], timeMs: number): boolean =>
  metrics !== undefined && timeMs <= metrics.from;
