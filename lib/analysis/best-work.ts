import type { TelemetryService } from '../telemetry/service.ts';
import { requestsPerCpuSecond } from './resource-analysis.ts';

const dayMs = 24 * 3_600_000;
const days = 30;

/**
 * The most requests per CPU second of any whole day of the last 30; see `resourceAnalysisOf`. One read of daily totals. Undefined:
 * no day tells.
 *
 * @param now epoch milliseconds
 */
export async function bestRequestsPerCpuSecond(
  telemetry: Pick<TelemetryService, 'buckets'>,
  project: string,
  now: number,
): Promise<number | undefined> {
  const to = Math.floor(now / dayMs) * dayMs;
  const told = telemetry.buckets(project, 'day', { from: to - days * dayMs, to }, { summary: true });
  let best: number | undefined;
  for await (const { bucket } of told) {
    const ofDay = requestsPerCpuSecond(bucket);
    if (ofDay !== undefined && (best === undefined || ofDay > best)) best = ofDay;
  }
  return best;
}
