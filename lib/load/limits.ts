import { type Fold, requestsByProject } from './fold/fold.ts';
import type { StoredRun } from './model.ts';

/**
 * What AWS lets a test send without having been asked (EC2 testing policy: up to 1 Gbps for a minute). A fleet that goes
 * beyond is stopped.
 */
const mostGbps = 1;

/** Why a test must not go on. Undefined: it may. */
export function stopReasonOf(run: StoredRun, fold: Fold): string | undefined {
  for (const [project, requests] of Object.entries(requestsByProject(fold, run))) {
    if (requests > (run.requestsAllowed[project] ?? Number.POSITIVE_INFINITY)) {
      return `the requests that the project ${project} has for the day are used up: ${requests} by this test`;
    }
  }
  // Traffic within a machine goes through no network of AWS.
  if (run.targets.every(({ addresses }) => addresses.every((address) => /^(127\.|::1$)/.test(address))))
    return undefined;
  // The newest bucket is still being filled: the one before it is whole.
  const whole = [...fold.sums.buckets].sort(([a], [b]) => a - b).at(-2)?.[1];
  const gbps = ((whole?.bytes ?? 0) * 8) / run.timelineSeconds / 1e9;
  return gbps > mostGbps ? `the test sends and receives ${gbps.toFixed(2)} Gbps; ${mostGbps} is allowed` : undefined;
}
