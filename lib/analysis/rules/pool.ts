import { milliseconds } from '../../telemetry/metrics.ts';
import { type PoolAdvice, poolAdvice } from '../../telemetry/pool-advice.ts';
import { poolFiguresOf } from '../../telemetry/views/pools.ts';
import type { Saving } from '../prediction.ts';
import type { Remedy } from '../remedies.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

/** What makes requests wait, or fail; the rest of what can be said of a pool is advice. */
const remedyOf: Partial<Record<PoolAdvice['finding'], Remedy>> = {
  'too-small': 'resize-pool',
  'held-too-long': 'shorten-hold',
  'callers-gave-up': 'resize-pool',
  'connections-fail': 'fix-errors',
};

export const pool = (observed: Observed): Finding[] => {
  const { pools, instanceCount, observed: told } = observed.telemetry;
  const period = told === undefined ? {} : { periodMinutes: (told.to - told.from) / 60_000 };
  return pools.flatMap((each): Finding[] => {
    const figures = poolFiguresOf(each);
    const advice = poolAdvice({ ...figures, ...period, instances: instanceCount }).find(
      ({ finding }) => remedyOf[finding] !== undefined,
    );
    const remedy = advice && remedyOf[advice.finding];
    if (advice === undefined || remedy === undefined) return [];
    const name = `${each.pool} (${each.system})`;
    const { requested, timeouts, errors, avgWaitMs = 0, p95WaitMs = 0, size, fullPercent = 0 } = figures;
    return [
      {
        component: `Pool ${name}`,
        issue: `Requests wait for connections: ${advice.evidence}.`,
        performanceImpact: Math.max(
          share(each.waitTime.sum, observed.requestTimeUs),
          share(timeouts + errors, observed.requests),
        ),
        evidence: [
          evidence(observed, 'pool.waitMs', name, {
            ...(size === undefined ? {} : { size }),
            peakInUse: figures.peakInUse,
            peakWaiting: figures.peakWaiting,
            fullPercent,
            requested,
            avgWaitMs,
            p95WaitMs,
            totalWaitMs: milliseconds(each.waitTime.sum),
            timeouts,
            errors,
            requestTimeSharePercent: share(each.waitTime.sum, observed.requestTimeUs),
          }),
        ],
        recommendation: `Pool ${name}: ${lowerFirst(advice.recommendation)}`,
        remedy,
        opportunity: remedy === 'resize-pool' ? `Enlarge the pool ${name}` : `Mend how the pool ${name} is used`,
        ...(each.waitTime.sum === 0 ? {} : { saving: savingOf(each.waitTime.sum, observed) }),
      },
    ];
  });
};

/** Endpoints tell what they waited for all pools together: each has its part in this one's. */
function savingOf(waitUs: number, { times }: Observed): Saving {
  const allUs = times.reduce((sum, { poolWaitUs }) => sum + poolWaitUs, 0);
  const remains = 'what is done with a connection once it is there';
  if (allUs === 0) return { removed: [{ us: waitUs }], remains };
  const part = Math.min(1, waitUs / allUs);
  return { removed: times.map(({ endpoint, poolWaitUs }) => ({ endpoint, us: poolWaitUs * part })), remains };
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
