import { type Fold, requestsByProject } from './fold/fold.ts';
import type { StoredRun } from './model.ts';
import { isOfThisMachine } from './own-machine.ts';

/**
 * What AWS lets a test send without having been asked (EC2 testing policy: up to 1 Gbps for a minute). A fleet that goes
 * beyond is stopped.
 */
const mostGbps = 1;

/**
 * Why a test must not go on. Undefined: it may.
 * @param mostBytes of the points of the timeline that have become whole since it was asked last, the most that one had
 */
export function stopReasonOf(run: StoredRun, fold: Fold, mostBytes: number): string | undefined {
  for (const [project, requests] of Object.entries(requestsByProject(fold, run))) {
    if (requests > (run.requestsAllowed[project] ?? Number.POSITIVE_INFINITY)) {
      return `the requests that the project ${project} has for the day are used up: ${requests} by this test`;
    }
  }
  // Traffic within a machine goes through no network of AWS.
  if (run.targets.every(({ addresses }) => addresses.every(isOfThisMachine))) return undefined;
  const gbps = (mostBytes * 8) / run.timelineSeconds / 1e9;
  return gbps > mostGbps ? `the test sends and receives ${gbps.toFixed(2)} Gbps; ${mostGbps} is allowed` : undefined;
}
