import type { OutgoingAggregate } from '../../telemetry/aggregate.ts';
import { failedPercent } from '../../telemetry/metrics.ts';
import { enough } from '../enough.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

export const errors = (observed: Observed): Finding[] =>
  observed.telemetry.endpoints.flatMap(({ endpoint, statuses, failed, responseTime }): Finding[] => {
    const requests = responseTime.count;
    const ratePercent = failedPercent(failed, requests);
    if (failed < enough.failed || ratePercent < observed.thresholds.errorRatePercent.value) return [];
    const kinds = failureKinds(statuses, requests);
    const told = kinds.map(({ words, count }) => `${words} ${count} times`).join(', ');
    const upstream = failingUpstream(endpoint, failed, observed.telemetry.outgoing);
    return [
      {
        component: endpoint,
        issue: `${failed} of ${requests} requests failed (${inWords.percent(ratePercent)}): ${told}${upstream === undefined ? '' : `; ${upstream.failed} calls to ${upstream.target} failed meanwhile`}.`,
        performanceImpact: share(failed, observed.failedRequests),
        evidence: [
          evidence(observed, 'endpoint.failedRequests', endpoint, {
            requests,
            failedRequests: failed,
            failedPercent: Math.round(ratePercent * 100) / 100,
            thresholdPercent: observed.thresholds.errorRatePercent.value,
            ...Object.fromEntries(kinds.map(({ name, count }) => [name, count])),
          }),
          ...(upstream === undefined
            ? []
            : [
                evidence(observed, 'outgoing.failedRequests', upstream.target, {
                  calls: upstream.calls,
                  failedCalls: upstream.failed,
                }),
              ]),
        ],
        recommendation:
          upstream === undefined
            ? `Look into the log for why ${endpoint} fails: ${adviceFor(kinds)}.`
            : `${endpoint} fails because ${upstream.target} does: have it fall back on what it answered last, try again where that is safe, and stop asking for a while when it does not recover (a breaker).`,
        remedy: 'fix-errors',
        opportunity: `Mend the failures of ${endpoint}`,
        saving: { removed: [], failures: failed },
      },
    ];
  });

function failureKinds(statuses: Record<string, number>, requests: number) {
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(statuses)
    .filter(([status]) => Number(status) >= 500)
    .map(([status, count]) => ({ status, name: `status${status}`, words: `with ${status}`, count }));
  if (requests > answered) kinds.push({ status: '', name: 'cutOff', words: 'not at all', count: requests - answered });
  return kinds.sort((a, b) => b.count - a.count);
}

const unavailable = new Set(['502', '503', '504']);

/** By the kind that is most of them. */
function adviceFor(kinds: ReturnType<typeof failureKinds>): string {
  const status = kinds[0]?.status ?? '';
  if (status === '')
    return 'most of its requests were cut off, by a client that waited too long or a process that ended';
  if (unavailable.has(status)) return `${status} says that something it needs is not there, or too slow`;
  return `${status} mostly is an exception that nothing in it catches`;
}

/** Calls from the endpoint that failed about as often as it did itself. */
function failingUpstream(endpoint: string, failures: number, outgoing: readonly OutgoingAggregate[]) {
  const called = outgoing.filter((each) => each.endpoint === endpoint);
  return [...Map.groupBy(called, ({ target }) => target)]
    .map(([target, calls]) => ({
      target,
      calls: calls.reduce((sum, { responseTime }) => sum + responseTime.count, 0),
      failed: calls.reduce((sum, { failed }) => sum + failed, 0),
    }))
    .find(({ failed }) => failed >= failures / 2);
}
