import { Aggregation } from '../aggregation.ts';
import { combined } from '../merging/resource-samples.ts';
import type { Rollup } from './rollup.ts';

const none: ReadonlySet<string> = new Set();

/** The same of all endpoints, all queries and all instances together, and without whatever only makes sense by its name. */
export function summaryOf(rollup: Rollup): Rollup {
  const aggregation = new Aggregation({ endpoints: none, queries: none, outgoing: none, pools: none, metrics: none });
  aggregation.addRollup(rollup);
  const together = aggregation.rollup({ forgetMinutes: false });
  return {
    ...together,
    pools: [],
    metrics: [],
    resources: together.resources.length === 0 ? [] : [combined('*all*', together.resources)],
    slowRequests: [],
    failedRequests: [],
  };
}
