import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { LoadTestRequest } from '../contracts/load.ts';
import type { LoadTestResult } from '../contracts/load-result.ts';
import { canonicalJson } from '../platform/canonical-json.ts';

/** The few figures of a test that are held against those of tests like it. They stand in its run, so that a listing has them. */
export const outcome = z.object({
  /** Of tests that asked for the same load. */
  likeness: z.string(),
  /** What it was: `basic: GET /health`. */
  title: z.string(),
  avgResponseTimeMs: z.number().optional(),
  p95ResponseTimeMs: z.number().optional(),
  requestsPerSecond: z.number(),
  successRatePercent: z.number().optional(),
});
export type Outcome = z.output<typeof outcome>;

/** @returns undefined when the figures speak of the generator, or of a part of the load, and not of the target */
export function outcomeOf(request: LoadTestRequest, result: LoadTestResult): Outcome | undefined {
  const { generator, performanceMetrics, successRatePercent } = result;
  if (generator.verdict !== 'ok' || generator.lostShards.length > 0) return undefined;
  const { avgResponseTimeMs, p95ResponseTimeMs, requestsPerSecond } = performanceMetrics;
  return {
    likeness: likenessOf(request),
    title: titleOf(request),
    ...(avgResponseTimeMs === undefined ? {} : { avgResponseTimeMs }),
    ...(p95ResponseTimeMs === undefined ? {} : { p95ResponseTimeMs }),
    requestsPerSecond,
    ...(successRatePercent === undefined ? {} : { successRatePercent }),
  };
}

/** How many workers send the load, and what it is judged by, does not make it another one. */
function likenessOf({ workers: _, thresholds: __, ...load }: LoadTestRequest): string {
  return createHash('sha256').update(canonicalJson(load)).digest('base64url').slice(0, 22);
}

const namedScenarios = 3;

function titleOf({ kind, scenarios }: LoadTestRequest): string {
  const names = scenarios.slice(0, namedScenarios).map(({ name }) => name);
  const more = scenarios.length - names.length;
  return `${kind}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`.replace(/: $/, '');
}
