import type { OutgoingAggregate } from '../../telemetry/aggregate.ts';
import { merged, milliseconds } from '../../telemetry/metrics.ts';
import { rounded } from '../../telemetry/resources.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

const minCalls = 10;

/**
 * Three of four calls take at least this, on a machine that is free: of calls to a service nearby, most take some milliseconds.
 */
const minTypicalMs = 20;
const typical = 0.25;
/** A call is woken up here and there: each time it stands in the queue for a processor. */
const wakeUpsPerCall = 2;

/** Of all request time; or, where it counts within the service, of that of an endpoint. */
const minSharePercent = 30;
const ofAnEndpoint = { minSharePercent: 5, minEndpointSharePercent: 50 } as const;

/** Other services that requests wait for, for a large part of their time. */
export const slowUpstream = (observed: Observed): Finding[] =>
  [...Map.groupBy(observed.telemetry.outgoing, ({ target }) => target)].flatMap(([target, calls]): Finding[] => {
    const floorMs = minTypicalMs * (1 + wakeUpsPerCall * (observed.starvation - 1));
    const within = calls.filter(({ endpoint }) => endpoint !== undefined);
    const times = merged(within.map(({ responseTime }) => responseTime));
    const impact = share(times.sum, observed.requestTimeUs);
    if (times.count < minCalls || times.quantile(typical) < floorMs * 1000) return [];
    if (impact < minSharePercent && !rulesAnEndpoint(within, observed)) return [];
    const callers = within.toSorted((a, b) => b.responseTime.sum - a.responseTime.sum);
    const p95Ms = milliseconds(times.quantile(0.95));
    return [
      {
        component: target,
        issue: `Requests wait for it ${inWords.percent(impact)} of their time: ${inWords.ms(milliseconds(times.mean))} on average and ${inWords.ms(p95Ms)} at the 95th percentile, ${inWords.count(times.count / observed.requests)} times per request.`,
        performanceImpact: impact,
        evidence: [
          evidence(observed, 'outgoing.responseTimeMs', target, {
            calls: times.count,
            meanMs: milliseconds(times.mean),
            p25Ms: milliseconds(times.quantile(typical)),
            p25FloorMs: rounded(floorMs),
            p50Ms: milliseconds(times.quantile(0.5)),
            p95Ms,
            maxMs: milliseconds(times.max),
            requestTimeSharePercent: impact,
          }),
          ...callers.slice(0, 2).map(({ endpoint = '', method, responseTime }) =>
            evidence(observed, 'outgoing.timeInRequestsMs', endpoint, {
              [`${method.toLowerCase()}Calls`]: responseTime.count,
              totalMs: milliseconds(responseTime.sum),
              requestTimeSharePercent: share(responseTime.sum, observed.requestTimeUs),
            }),
          ),
        ],
        recommendation: `Wait less for ${target}: ${adviceFor(callers)}`,
        remedy: 'spare-upstream',
        opportunity: `Wait less for ${target}`,
        saving: {
          removed: callers.map(({ endpoint = '', responseTime }) => ({ endpoint, us: responseTime.sum })),
          remains: 'nothing of the calls, as if their answers were there already',
        },
      },
    ];
  });

function adviceFor(callers: readonly OutgoingAggregate[]): string {
  const readsOnly = callers.every(({ method }) => method === 'GET' || method === 'HEAD');
  return readsOnly
    ? 'keep its answers for as long as they may be out of date, ask for several things at once or side by side, and bound the wait with a timeout.'
    : 'answer before it does where its answer is not needed (a queue), ask side by side for what is, and bound the wait with a timeout.';
}

function rulesAnEndpoint(calls: readonly OutgoingAggregate[], { times, requestTimeUs }: Observed): boolean {
  return calls.some(({ endpoint, responseTime }) => {
    const { totalUs = 0, poolWaitUs = 0 } = times.find((each) => each.endpoint === endpoint) ?? {};
    // Whoever waits for a connection waits for what others do with theirs: mostly the same calls.
    return (
      share(responseTime.sum, totalUs - poolWaitUs) >= ofAnEndpoint.minEndpointSharePercent &&
      share(responseTime.sum, requestTimeUs) >= ofAnEndpoint.minSharePercent
    );
  });
}
