import type { PoolAggregate } from '../../../telemetry/aggregate.ts';
import { poolAdvice } from '../../../telemetry/pool-advice.ts';
import { poolFiguresOf } from '../../../telemetry/views/pools.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';
import { impactOf, observedEvidence, observedSeconds, tenths } from './figures.ts';
import { live, settingChange } from './setting-change.ts';

/** Whose drivers take another size while they run. */
const resizable = new Set(['postgresql', 'mysql', 'generic']);
/** In one step: what a database bears is not known. */
const maxFactor = 2;

/**
 * How many connections a pool of one instance needs. By Little's law the callers that wait are the time that all of them waited over the
 * time that passed (L = lambda W); with those that have a connection they are the offered load. Its square root is added, so that
 * few wait at any time (square-root staffing: Halfin, Whitt, "Heavy-traffic limits for queues with many exponential servers",
 * Operations Research 29 (1981)).
 *
 * @param waitedSeconds of all callers of one instance together, within `seconds`
 */
export function neededConnections(avgInUse: number, waitedSeconds: number, seconds: number): number {
  const load = avgInUse + waitedSeconds / seconds;
  return Math.ceil(load + 2 * Math.sqrt(load));
}

function planned(pool: PoolAggregate, situation: Situation): Proposed[] {
  const { telemetry, bottlenecks, settings } = situation;
  const seconds = observedSeconds(situation);
  const figures = poolFiguresOf(pool);
  const { size } = figures;
  const bottleneck = bottlenecks.find(
    ({ type, component }) => type === 'pool' && component === `Pool ${pool.pool} (${pool.system})`,
  );
  const set = settings.pools?.find((each) => each.pool === pool.pool);
  // Not yet in force, or out of the service's bounds.
  if (set !== undefined && set.size !== size) return [];
  if (bottleneck === undefined || size === undefined || seconds <= 0 || !resizable.has(pool.system)) return [];
  const instances = Math.max(1, telemetry.instanceCount);
  const [advice] = poolAdvice({ ...figures, instances, periodMinutes: seconds / 60 });
  // One that is held too long fills up whatever its size.
  if (advice?.finding !== 'too-small') return [];
  const waitedSeconds = pool.waitTime.sum / 1e6 / instances;
  const needed = neededConnections(figures.avgInUse, waitedSeconds, seconds);
  const wanted = Math.min(maxFactor * size, Math.max(size + 1, needed));
  const held = (settings.pools ?? []).filter((each) => each.pool !== pool.pool);
  const all = wanted * instances;
  return [
    {
      subject: pool.pool,
      name: `Let the pool ${pool.pool} open ${wanted} connections`,
      description: `${advice.evidence}. By Little's law ${tenths(figures.avgInUse + waitedSeconds / seconds)} connections would be in use in the mean if nobody waited; with room for ups and downs that is ${needed}, and no more than double in one step. With ${instances} instances the database must take ${all}.`,
      changes: [settingChange(situation, 'pools', [...held, { pool: pool.pool, size: wanted }])],
      ...impactOf(bottleneck),
      risk: 'medium',
      ...live,
      evidence: [
        observedEvidence(situation, 'pool.connections', pool.pool, {
          size,
          wanted,
          needed,
          avgInUse: figures.avgInUse,
          avgWaiting: tenths(waitedSeconds / seconds),
          peakWaiting: figures.peakWaiting,
          instances,
        }),
        ...bottleneck.evidence,
      ],
    },
  ];
}

/** Enlarges pools whose callers wait because all connections are taken. */
export const poolSize: OptimizationModule = {
  name: 'pool-size',
  optimizationId: 'resource_optimization',
  plan: (situation) => situation.telemetry.pools.flatMap((pool) => planned(pool, situation)),
};
