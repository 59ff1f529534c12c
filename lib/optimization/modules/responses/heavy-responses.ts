import type { Evidence } from '../../../contracts/analysis.ts';
import { isoTime } from '../../../platform/clock.ts';
import type { Situation } from '../../situation.ts';

/** Fewer say nothing of what is usual. */
const minRequests = 20;
/** Below this share of all bytes it would not be felt. */
const minSharePercent = 5;

export interface HeavyResponse {
  endpoint: string;
  /** On the wire, in the mean. */
  kb: number;
  sharePercent: number;
  evidence: Evidence;
}

/** The endpoints whose answers weigh much, by what was sent on the wire; the one that sends most first. Pure. */
export function heavyResponses(
  { telemetry, period }: Pick<Situation, 'telemetry' | 'period'>,
  { route, fromKb }: { route: RegExp; fromKb: number },
): HeavyResponse[] {
  const allBytes = telemetry.endpoints.reduce((sum, { responseBytes }) => sum + responseBytes, 0);
  return telemetry.endpoints
    .filter(
      ({ method, responseTime, ...each }) =>
        method === 'GET' && responseTime.count >= minRequests && route.test(each.route),
    )
    .toSorted((a, b) => b.responseBytes - a.responseBytes)
    .flatMap(({ endpoint, responseBytes, responseTime }) => {
      const kb = Math.round(responseBytes / responseTime.count / 100) / 10;
      const sharePercent = Math.round((1_000 * responseBytes) / allBytes) / 10;
      if (kb < fromKb || sharePercent < minSharePercent) return [];
      const totalMb = Math.round(responseBytes / 100_000) / 10;
      const values = { requests: responseTime.count, kbPerResponse: kb, totalMb, sharePercent };
      const times = { from: isoTime(period.from), to: isoTime(period.to) };
      return [
        {
          endpoint,
          kb,
          sharePercent,
          evidence: { metric: 'endpoint.responseBytes', subject: endpoint, ...times, values },
        },
      ];
    });
}
