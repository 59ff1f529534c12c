import type { GeneratorSummary } from '../contracts/load-result.ts';
import { addressKind } from '../projects/addresses.ts';
import type { GeneratorSum } from './interval-sums.ts';
import type { StoredRun, StoredShard } from './model.ts';

/** Beyond these the figures may speak of the generator instead of the target. */
const limits = { lagP99Ms: 10, eventLoopUtilizationPercent: 90, machineCpuPercent: 80 } as const;

/** Whether the generator kept up, and what befell its workers. */
export function generatorSummaryOf(
  run: StoredRun,
  shards: readonly StoredShard[],
  { lag, lagMaxMs, eventLoopUtilizationPercent: eventLoop, cpuPercent }: GeneratorSum,
  now: number,
): GeneratorSummary {
  const lagP99Ms = lag.count === 0 ? undefined : lag.quantile(0.99) / 1000;
  const lost = lostShards(run, shards, now);
  const dropped = shards.reduce((sum, { droppedArrivals = 0 }) => sum + droppedArrivals, 0);
  const reasons = [
    ...(lagP99Ms !== undefined && lagP99Ms > limits.lagP99Ms
      ? [`1 % of the requests were sent over ${Math.round(lagP99Ms)} ms after their intended time`]
      : []),
    ...(eventLoop > limits.eventLoopUtilizationPercent ? [`a worker's event loop was ${round(eventLoop)} % busy`] : []),
    ...(dropped > 0 ? [`${dropped} requests were never sent: every connection was waiting for an answer`] : []),
    ...lost.map(({ shard, reason }) => `shard ${shard} ${lostBecause[reason]}`),
    ...shards.flatMap(({ shard, fault }) => (fault === undefined ? [] : [`shard ${shard} could not run: ${fault}`])),
  ];
  const machine = sharesMachine(run) ? Math.max(0, ...shards.map((shard) => shard.machineCpuPercent ?? 0)) : 0;
  const crowded = machine > limits.machineCpuPercent;
  return {
    verdict: crowded ? 'limited-by-this-machine' : reasons.length > 0 ? 'limited' : 'ok',
    reasons: crowded
      ? [`target and generator share this machine, and its CPU was ${round(machine)} % busy`, ...reasons]
      : reasons,
    workers: run.workers,
    startSkewMs: round(startSkewMs(shards)),
    ...(lagP99Ms === undefined ? {} : { lagP99Ms: round(lagP99Ms) }),
    lagMaxMs: round(lagMaxMs),
    peakEventLoopUtilizationPercent: round(eventLoop),
    peakCpuPercent: round(cpuPercent),
    lostShards: lost,
  };
}

const lostBecause = { 'never-started': 'never started', died: 'died', late: 'came too late' } as const;

function lostShards(run: StoredRun, shards: readonly StoredShard[], now: number): GeneratorSummary['lostShards'] {
  const known = new Map(shards.map((shard) => [shard.shard, shard]));
  const lost: GeneratorSummary['lostShards'] = [];
  for (let shard = 0; shard < run.workers; shard++) {
    const stored = known.get(shard);
    if (run.missing.includes(shard)) {
      lost.push({ shard, reason: stored === undefined ? 'never-started' : 'late' });
    } else if (
      stored !== undefined &&
      stored.state !== 'done' &&
      (run.phase === 'ended' || stored.leaseUntilMs <= now)
    ) {
      lost.push({ shard, reason: 'died', ...(stored.lastInterval < 0 ? {} : { lastInterval: stored.lastInterval }) });
    }
  }
  return lost;
}

function startSkewMs(shards: readonly StoredShard[]): number {
  const skews = shards.map(({ skewMs }) => skewMs).filter((skew) => skew !== undefined);
  return skews.length === 0 ? 0 : Math.max(...skews) - Math.min(...skews);
}

const sharesMachine = ({ target }: StoredRun): boolean =>
  target.addresses.some((address) => addressKind(address) === 'private' && /^(127\.|::1$)/.test(address));

const round = (value: number): number => Math.round(value * 100) / 100;
