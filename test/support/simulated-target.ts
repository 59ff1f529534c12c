import type { PlayedStep } from '../../lib/load/kinds/played-step.ts';
import type { StepPlan } from '../../lib/load/model.ts';

export interface SimulatedTarget {
  /** Requests a second at a level, and their mean time; errors in percent. */
  answer(level: number): { requestsPerSecond: number; meanMs: number; p95Ms?: number; errorPercent?: number };
}

/** What a fleet would have measured of a step at such a target. */
export function playedAt(
  target: SimulatedTarget,
  plan: StepPlan,
  index: number,
  changes: Partial<PlayedStep> = {},
): PlayedStep {
  const { requestsPerSecond, meanMs, p95Ms = meanMs * 1.5, errorPercent = 0 } = target.answer(plan.level);
  const requests = Math.round(requestsPerSecond * plan.holdSeconds);
  return {
    ...plan,
    index,
    startAtMs: 1_000_000 + index * 100_000,
    elapsedSeconds: plan.holdFromSeconds + plan.holdSeconds,
    heldSeconds: plan.holdSeconds,
    requests,
    successful: Math.round(requests * (1 - errorPercent / 100)),
    requestsPerSecond: requests / plan.holdSeconds,
    connectionFailures: 0,
    latency: { meanMs, p50Ms: meanMs, p95Ms, p99Ms: p95Ms, serviceMeanMs: meanMs },
    errors: [],
    peakActive: plan.level,
    ...changes,
  };
}

/** So many requests are worked on at once, each for a fixed time; the others queue. */
export const semaphore = (slots: number, serviceMs: number, thinkMs = 0): SimulatedTarget => ({
  answer(users) {
    const most = (slots * 1000) / serviceMs;
    const unhindered = (users * 1000) / (serviceMs + thinkMs);
    const requestsPerSecond = Math.min(most, unhindered);
    return { requestsPerSecond, meanMs: Math.max(serviceMs, (users * 1000) / requestsPerSecond - thinkMs) };
  },
});

/** The Universal Scalability Law. */
export const scaling = (lambda: number, sigma: number, kappa: number): SimulatedTarget => ({
  answer(users) {
    const requestsPerSecond = (lambda * users) / (1 + sigma * (users - 1) + kappa * users * (users - 1));
    return { requestsPerSecond, meanMs: (users * 1000) / requestsPerSecond };
  },
});
