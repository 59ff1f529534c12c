import type { EndpointWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { EndpointAggregate } from '../aggregate.ts';
import { type Merging, other } from './merging.ts';
import { addCounts } from './sums.ts';

export const endpointMerging: Merging<EndpointWindow, EndpointAggregate> = {
  // A sketch may take 59 KB, and a function that merges them has 512 MB.
  limit: 1000,
  open: ({ responseTime, ...window }) => ({
    ...window,
    endpoint: `${window.method} ${window.route}`,
    responseTime: Sketch.fromBase64(responseTime),
  }),
  keyOf: ({ endpoint }) => endpoint,
  costOf: ({ responseTime }) => responseTime.sum,
  merge(into, from) {
    into.responseTime.merge(from.responseTime);
    into.statuses = addCounts(into.statuses, from.statuses);
    for (const sum of ['failed', 'requestBytes', 'responseBytes', 'queries', 'queryTimeUs'] as const) {
      into[sum] += from[sum];
    }
    for (const sum of ['cpuTimeUs', 'poolWaitUs'] as const) {
      const more = from[sum];
      if (more !== undefined) into[sum] = (into[sum] ?? 0) + more;
    }
  },
  asOther: (total) => ({ ...total, endpoint: `* ${other}`, method: '*', route: other }),
  pack: ({ endpoint: _, responseTime, ...total }) => ({ ...total, responseTime: responseTime.toBase64() }),
};
