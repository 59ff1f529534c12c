import { failedPercent } from '../../telemetry/metrics.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

/** Fewer say nothing of an endpoint: a single failure among few requests would pass any rate. */
const minFailed = 5;

export const errors = (observed: Observed): Finding[] =>
  observed.telemetry.endpoints.flatMap(({ endpoint, statuses, failed, responseTime }): Finding[] => {
    const requests = responseTime.count;
    const ratePercent = failedPercent(failed, requests);
    if (failed < minFailed || ratePercent < observed.thresholds.errorRatePercent.value) return [];
    const kinds = failureKinds(statuses, requests);
    const told = kinds.map(({ words, count }) => `${words} ${count} times`).join(', ');
    return [
      {
        component: endpoint,
        issue: `${failed} of ${requests} requests failed (${inWords.percent(ratePercent)}): ${told}.`,
        performanceImpact: share(failed, observed.failedRequests),
        evidence: [
          evidence(observed, 'endpoint.failedRequests', endpoint, {
            requests,
            failedRequests: failed,
            failedPercent: Math.round(ratePercent * 100) / 100,
            thresholdPercent: observed.thresholds.errorRatePercent.value,
            ...Object.fromEntries(kinds.map(({ name, count }) => [name, count])),
          }),
        ],
        recommendation: `Look into the log for why ${endpoint} fails: it answered ${told}.`,
        remedy: 'fix-errors',
        opportunity: `Mend the failures of ${endpoint}`,
      },
    ];
  });

function failureKinds(statuses: Record<string, number>, requests: number) {
  const answered = Object.values(statuses).reduce((sum, count) => sum + count, 0);
  const kinds = Object.entries(statuses)
    .filter(([status]) => Number(status) >= 500)
    .map(([status, count]) => ({ name: `status${status}`, words: `with ${status}`, count }));
  if (requests > answered) kinds.push({ name: 'cutOff', words: 'not at all', count: requests - answered });
  return kinds.sort((a, b) => b.count - a.count);
}
