import type { Evidence, ResourceAnalysis } from '../contracts/analysis.ts';
import type { ResourceSample, TelemetryAggregate } from '../telemetry/aggregate.ts';
import { rounded } from '../telemetry/resources.ts';
import { evidence, type Observed } from './rules/finding.ts';

/** Less work says nothing of what a CPU second is worth: the process may just have started. */
const minCpuSeconds = 1;
const minRequests = 100;

/** An efficiency, and what it is made of. */
interface Efficiency {
  percent: number;
  madeOf: Evidence;
}

/** How well a service uses what it has. Undefined: none of it was measured. */
export function resourceAnalysisOf(
  observed: Observed,
  bestRequestsPerCpuSecond?: number,
): ResourceAnalysis | undefined {
  const efficiencies = {
    cpuEfficiencyPercent: cpuEfficiency(observed, bestRequestsPerCpuSecond),
    memoryEfficiencyPercent: memoryEfficiency(observed),
    ioPerformancePercent: ioPerformance(observed),
    networkEfficiencyPercent: networkEfficiency(observed),
  };
  const measured = Object.entries(efficiencies).filter(
    (entry): entry is [keyof typeof efficiencies, Efficiency] => entry[1] !== undefined,
  );
  if (measured.length === 0) return undefined;
  return {
    ...Object.fromEntries(measured.map(([name, { percent }]) => [name, percent])),
    madeOf: measured.map(([, { madeOf }]) => madeOf),
  };
}

/**
 * Requests per second of CPU time of the processes that answered them. Undefined: too few of either, or resources are not
 * reported. Comparable only where the mix of requests is.
 */
export function requestsPerCpuSecond({
  endpoints,
  resources,
}: Pick<TelemetryAggregate, 'endpoints' | 'resources'>): number | undefined {
  const requests = endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0);
  const cpuSeconds = cpuSecondsOf(resources);
  return requests < minRequests || cpuSeconds < minCpuSeconds ? undefined : requests / cpuSeconds;
}

/** Against the best day of the last 30, and the best minute of this period. */
function cpuEfficiency({ telemetry, ...observed }: Observed, bestDay: number | undefined): Efficiency | undefined {
  const now = requestsPerCpuSecond(telemetry);
  if (now === undefined) return undefined;
  const best = Math.max(now, bestDay ?? 0, ...minutesOf(telemetry));
  return {
    percent: rounded((100 * now) / best, 1),
    madeOf: evidence(observed, 'cpuEfficiencyPercent', 'CPU', {
      requestsPerCpuSecond: rounded(now),
      bestRequestsPerCpuSecond: rounded(best),
    }),
  };
}

const minuteMs = 60_000;

/** Requests per CPU second of each minute that had enough of both. */
function minutesOf({ traffic, resources }: Pick<TelemetryAggregate, 'traffic' | 'resources'>): number[] {
  const byMinute = Map.groupBy(resources, ({ start }) => Math.floor(start / minuteMs) * minuteMs);
  return [...byMinute].flatMap(([minute, samples]) => {
    const requests = traffic.minutes.get(minute) ?? 0;
    const cpuSeconds = cpuSecondsOf(samples);
    return requests < minRequests || cpuSeconds < minCpuSeconds ? [] : [requests / cpuSeconds];
  });
}

const cpuSecondsOf = (samples: readonly ResourceSample[]): number =>
  samples.reduce((sum, { cpuPercent, durationMs }) => sum + (cpuPercent * durationMs) / 1e5, 0);

/** By time, over all instances: what lives in the heap, of the memory that the process may have. */
function memoryEfficiency(observed: Observed): Efficiency | undefined {
  const told = observed.telemetry.resources.flatMap(({ heapAfterGcMb, memoryLimitMb, durationMs }) =>
    heapAfterGcMb === undefined ? [] : [{ heapAfterGcMb, memoryLimitMb, durationMs }],
  );
  if (told.length === 0) return undefined;
  const durationMs = told.reduce((sum, sample) => sum + sample.durationMs, 0);
  const mean = (name: 'heapAfterGcMb' | 'memoryLimitMb') =>
    told.reduce((sum, sample) => sum + sample[name] * sample.durationMs, 0) / durationMs;
  const [livingMb, paidMb] = [mean('heapAfterGcMb'), mean('memoryLimitMb')];
  return {
    percent: rounded(Math.min(100, (100 * livingMb) / paidMb), 1),
    madeOf: evidence(observed, 'memoryEfficiencyPercent', 'Memory', {
      heapAfterGcMb: rounded(livingMb),
      memoryLimitMb: rounded(paidMb),
    }),
  };
}

/**
 * 1 - (waiting beyond what is usual) / request time. Usual is the 5th percentile of a kind of query from one endpoint; of a pool
 * it is no wait at all. What disks take within a request is not recorded, and counts as the service's own time.
 */
function ioPerformance(observed: Observed): Efficiency | undefined {
  const { telemetry, times, requestTimeUs, requests } = observed;
  const within = telemetry.queries.filter(({ endpoint }) => endpoint !== undefined);
  const poolWaitUs = times.reduce((sum, time) => sum + time.poolWaitUs, 0);
  if (requests < minRequests || requestTimeUs === 0 || (within.length === 0 && poolWaitUs === 0)) return undefined;
  const queryWaitUs = within.reduce(
    (sum, { queryTime }) => sum + Math.max(0, queryTime.sum - queryTime.count * queryTime.quantile(0.05)),
    0,
  );
  const lost = Math.min(1, (queryWaitUs + poolWaitUs) / requestTimeUs);
  return {
    percent: rounded(100 * (1 - lost), 1),
    madeOf: evidence(observed, 'ioPerformancePercent', 'I/O', {
      queryWaitMs: rounded(queryWaitUs / 1000),
      poolWaitMs: rounded(poolWaitUs / 1000),
      requestTimeMs: rounded(requestTimeUs / 1000),
    }),
  };
}

/**
 * (bytes of bodies / bytes) of the answers, times the share of requests that came over a connection that had carried one before. What
 * requests bring along is not in it: whoever asks chooses their heads.
 */
function networkEfficiency({ telemetry, ...observed }: Observed): Efficiency | undefined {
  const { network } = telemetry;
  if (network === undefined || network.requests < minRequests || network.responseBytes === 0) return undefined;
  const { requests, connections, responseBytes, responseBodyBytes } = network;
  const reused = Math.max(0, 1 - connections / requests);
  return {
    percent: rounded(100 * (responseBodyBytes / responseBytes) * reused, 1),
    madeOf: evidence(observed, 'networkEfficiencyPercent', 'Network', {
      responseBytes,
      responseBodyBytes,
      requests,
      connections,
    }),
  };
}
