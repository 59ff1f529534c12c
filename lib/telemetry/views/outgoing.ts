import type { OutgoingFigures, OutgoingOrder } from '../../contracts/telemetry-views.ts';
import type { OutgoingAggregate, TelemetryAggregate } from '../aggregate.ts';
import { addCounts } from '../merging/sums.ts';
import { failedPercent, merged, milliseconds } from '../metrics.ts';
import { rounded } from '../resources.ts';

const maxCallers = 20;

/** Each service that is called, by method, whoever calls it. */
export function outgoingFiguresOf({ outgoing }: TelemetryAggregate): OutgoingFigures[] {
  const kinds = Map.groupBy(outgoing, ({ target, method }) => `${target}\n${method}`);
  return [...kinds.values()].flatMap((ofKind) => figuresOf(ofKind) ?? []);
}

function figuresOf(ofKind: readonly OutgoingAggregate[]): OutgoingFigures | undefined {
  const [first] = ofKind;
  const time = merged(ofKind.map(({ responseTime }) => responseTime));
  if (first === undefined || time.count === 0) return undefined;
  const failed = ofKind.reduce((sum, { failed }) => sum + failed, 0);
  return {
    target: first.target,
    method: first.method,
    requests: time.count,
    failedRequests: failed,
    errorRatePercent: rounded(failedPercent(failed, time.count), 3),
    statuses: ofKind.map(({ statuses }) => statuses).reduce(addCounts),
    avgResponseTimeMs: milliseconds(time.mean),
    p95ResponseTimeMs: milliseconds(time.quantile(0.95)),
    maxResponseTimeMs: milliseconds(time.max),
    totalResponseTimeMs: milliseconds(time.sum),
    callers: ofKind
      .toSorted((a, b) => b.responseTime.count - a.responseTime.count)
      .slice(0, maxCallers)
      .map(({ endpoint, responseTime }) => ({
        ...(endpoint === undefined ? {} : { endpoint }),
        requests: responseTime.count,
      })),
  };
}

/** What each order goes by. */
export const outgoingValues: Record<OutgoingOrder, (figures: OutgoingFigures) => number> = {
  time: ({ totalResponseTimeMs }) => totalResponseTimeMs,
  requests: ({ requests }) => requests,
  avg: ({ avgResponseTimeMs }) => avgResponseTimeMs,
  p95: ({ p95ResponseTimeMs }) => p95ResponseTimeMs,
  errors: ({ errorRatePercent }) => errorRatePercent,
};
