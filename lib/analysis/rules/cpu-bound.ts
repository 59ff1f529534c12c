import { milliseconds } from '../../telemetry/metrics.ts';
import type { EndpointTime } from '../breakdown.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';
import { isEmbedded } from './query-kinds.ts';

const minRequests = 10;

/** One of ten requests takes no longer: nothing else was in its way, so what is left of it without calls is its own work. */
const undisturbed = 0.1;

/** Beyond what it takes to make an answer of what was asked for; CPU time is the same on a busy machine. */
const minOwnMs = 5;
const minCpuMs = 2;
/** Where no endpoint tells of its CPU time a timer looks the same, and how slow the machine is counts. */
const minOwnMsWithoutCpu = 20;
/** Of the time of all requests, what is the endpoint's own. */
const minSharePercent = 10;
/** Of an undisturbed request: what mostly waits for a query has its cause there. */
const minOwnShare = 0.5;

/** Of the CPU time of all processes, for its own work, at least; the rest of a quick request is the connection's. */
const minCpuPerOwnTime = 0.5;

/** Of an endpoint's share of the CPU time, which it has to divide with whoever waits meanwhile. */
const minCpuShare = 0.2;

interface Computing extends EndpointTime {
  /** Of one undisturbed request. */
  ownPerRequestUs: number;
  workUs: number;
}

/**
 * Endpoints that compute: even their quickest requests take long, though neither queries, pools nor other services keep them, and
 * the processes used the CPU time for it. What waits for something unrecorded (a timer, a lock) uses none.
 */
export function cpuBound(observed: Observed): Finding[] {
  const { resources } = observed.telemetry;
  const usedUs = resources.reduce((sum, { cpuPercent, durationMs }) => sum + cpuPercent * durationMs * 10, 0);
  let leftUs = Math.max(0, usedUs - embeddedQueryUs(observed) / observed.starvation);
  const findings: Finding[] = [];
  for (const computing of candidates(observed)) {
    const { workUs, cpuUs } = computing;
    // What endpoints tell of their CPU time says it; else there must be as much left of that of the processes.
    if (cpuUs === undefined && (workUs * minCpuPerOwnTime) / observed.starvation > leftUs) continue;
    leftUs = Math.max(0, leftUs - workUs);
    findings.push(findingOf(computing, usedUs, observed));
  }
  return findings;
}

/** They run on the processor of the service. */
const embeddedQueryUs = ({ telemetry }: Observed): number =>
  telemetry.queries.reduce((sum, { system, queryTime }) => sum + (isEmbedded(system) ? queryTime.sum : 0), 0);

const candidates = ({ times, responseTimeOf, requestTimeUs, starvation }: Observed): Computing[] =>
  times
    .flatMap((time): Computing[] => {
      const { endpoint, requests, queryUs, outgoingUs, poolWaitUs, cpuUs, ownUs } = time;
      const responseTime = responseTimeOf(endpoint);
      if (responseTime === undefined || requests < minRequests) return [];
      const elsewhereUs = (queryUs + outgoingUs + poolWaitUs) / requests;
      const undisturbedUs = responseTime.quantile(undisturbed);
      const ownPerRequestUs = undisturbedUs - elsewhereUs;
      const workUs = ownPerRequestUs * requests;
      const computes =
        cpuUs === undefined
          ? ownPerRequestUs >= minOwnMsWithoutCpu * 1000 * starvation
          : ownPerRequestUs >= minOwnMs * 1000 &&
            cpuUs >= minCpuMs * 1000 * requests &&
            cpuUs >= (minCpuShare * ownUs) / starvation;
      const isWork =
        computes && ownPerRequestUs >= minOwnShare * undisturbedUs && share(ownUs, requestTimeUs) >= minSharePercent;
      return isWork ? [{ ...time, ownPerRequestUs, workUs }] : [];
    })
    .sort((a, b) => b.workUs - a.workUs);

function findingOf(computing: Computing, usedUs: number, observed: Observed): Finding {
  const { endpoint, requests, totalUs, ownUs, ownPerRequestUs, workUs } = computing;
  const impact = share(workUs, observed.requestTimeUs);
  return {
    component: endpoint,
    issue: `Computes for ${inWords.ms(milliseconds(ownPerRequestUs))} in each request, ${inWords.percent(impact)} of all request time; everything else in the process waits meanwhile.`,
    performanceImpact: impact,
    evidence: [
      evidence(observed, 'endpoint.ownTimeMs', endpoint, {
        requests,
        meanMs: milliseconds(totalUs / requests),
        ownMeanMs: milliseconds(ownUs / requests),
        undisturbedOwnMs: milliseconds(ownPerRequestUs),
        ownTimeSharePercent: share(ownUs, totalUs),
        ...(computing.cpuUs === undefined ? {} : { cpuMeanMs: milliseconds(computing.cpuUs / requests) }),
        requestTimeSharePercent: impact,
      }),
      evidence(observed, 'resources.cpuTimeMs', 'CPU', {
        cpuTimeMs: milliseconds(usedUs),
        cpuTimeSharePercent: share(workUs, usedUs),
      }),
    ],
    recommendation: `Take a CPU profile of ${endpoint}, and compute less in it: keep what was computed, do it ahead, or move it to a worker thread.`,
    remedy: 'compute-less',
    opportunity: `Compute less in ${endpoint}`,
    saving: {
      removed: [{ endpoint, us: workUs }],
      remains: 'queries, calls and waiting as they are; that other requests no longer wait for it is not counted',
    },
    blocks: true,
  };
}
