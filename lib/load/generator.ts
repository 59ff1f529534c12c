import type { GeneratorSummary } from '../contracts/load-result.ts';
import type { GeneratorFigures } from './engine/report.ts';
import type { Fold } from './fold/fold.ts';
import { invocationName } from './fold/step-sums.ts';
import type { StoredRun, StoredShard } from './model.ts';
import { isOfThisMachine } from './own-machine.ts';
import { byShard, lostInvocation } from './shards.ts';

/** Beyond these the figures may speak of the generator instead of the target. */
const limits = { lagP99Ms: 10, eventLoopUtilizationPercent: 90, machineCpuPercent: 80 } as const;

/** Whether the generator kept up, and what befell its workers. */
export function generatorSummaryOf(
  run: StoredRun,
  shards: readonly StoredShard[],
  { generator: figures, lastTold }: Pick<Fold, 'generator' | 'lastTold'>,
  now: number,
): GeneratorSummary {
  const { lag, lagMaxMs, eventLoopUtilizationPercent: eventLoop, cpuPercent } = figures;
  const lost = lostShards(run, shards, now, lastTold);
  const dropped = shards.reduce((sum, { droppedArrivals = 0 }) => sum + droppedArrivals, 0);
  const reasons = [
    ...lagReasons(figures),
    ...(dropped > 0 ? [`${dropped} requests were never sent: every connection was waiting for an answer`] : []),
    ...lost.map(({ shard, reason }) => `shard ${shard} ${lostBecause[reason]}`),
    ...shards.flatMap(({ shard, fault }) => (fault === undefined ? [] : [`shard ${shard} could not run: ${fault}`])),
  ];
  const crowded = crowdedReason(run, Math.max(0, ...shards.map((shard) => shard.machineCpuPercent ?? 0)));
  const handOvers = shards.filter(({ handOver }) => handOver !== undefined).length;
  return {
    verdict: crowded !== undefined ? 'limited-by-this-machine' : reasons.length > 0 ? 'limited' : 'ok',
    reasons: crowded === undefined ? reasons : [crowded, ...reasons],
    workers: run.workers,
    startSkewMs: rounded(startSkewMs(shards)),
    ...(lag.count === 0 ? {} : { lagP99Ms: rounded(lag.quantile(0.99) / 1000) }),
    lagMaxMs: rounded(lagMaxMs),
    peakEventLoopUtilizationPercent: rounded(eventLoop),
    peakCpuPercent: rounded(cpuPercent),
    ...(handOvers === 0 ? {} : { handOvers }),
    lostShards: lost,
  };
}

/** Why the figures of the step that has just ended are not the target's. Undefined: they are. */
export function generatorLimitOf(
  run: StoredRun,
  shards: readonly StoredShard[],
  figures: GeneratorFigures,
  now: number,
): string | undefined {
  const [lost] = lostShards(run, shards, now);
  const crowded = crowdedReason(run, Math.max(0, ...shards.map(({ lastStep }) => lastStep?.machineCpuPercent ?? 0)));
  return crowded ?? lagReasons(figures)[0] ?? (lost && `shard ${lost.shard} ${lostBecause[lost.reason]}`);
}

const lagReasons = ({ lag, eventLoopUtilizationPercent: eventLoop }: GeneratorFigures): string[] => {
  const lagP99Ms = lag.count === 0 ? 0 : lag.quantile(0.99) / 1000;
  return [
    ...(lagP99Ms > limits.lagP99Ms
      ? [`1 % of the requests were sent over ${Math.round(lagP99Ms)} ms after their intended time`]
      : []),
    ...(eventLoop > limits.eventLoopUtilizationPercent
      ? [`a worker's event loop was ${rounded(eventLoop)} % busy`]
      : []),
  ];
};

const crowdedReason = (run: StoredRun, machineCpuPercent: number): string | undefined =>
  sharesMachine(run) && machineCpuPercent > limits.machineCpuPercent
    ? `target and generator share this machine, and its CPU was ${rounded(machineCpuPercent)} % busy`
    : undefined;

const lostBecause = { 'never-started': 'never started', died: 'died', late: 'came too late' } as const;

/** @param lastTold by invocation: its own item is written less often than its intervals are */
function lostShards(
  run: StoredRun,
  items: readonly StoredShard[],
  now: number,
  lastTold: Fold['lastTold'] = {},
): GeneratorSummary['lostShards'] {
  const shards = byShard(items);
  const isOver = run.phase === 'ended';
  const step = run.step?.index ?? 0;
  return Array.from({ length: run.workers }, (_, shard) => shard).flatMap((shard): GeneratorSummary['lostShards'] => {
    const invocations = shards.get(shard) ?? [];
    if (run.missing.includes(shard)) return [{ shard, reason: invocations.length === 0 ? 'never-started' : 'late' }];
    const lost = lostInvocation(invocations, { step, now, isOver });
    if (lost === undefined) return [];
    const told = lastTold[invocationName(lost)];
    const lastInterval = told?.step === lost.stepsDone ? told.interval : lost.lastInterval;
    return [{ shard, reason: 'died', ...(lastInterval < 0 ? {} : { lastInterval }) }];
  });
}

function startSkewMs(shards: readonly StoredShard[]): number {
  const skews = shards.flatMap(({ skewMs }) => skewMs ?? []);
  return skews.length === 0 ? 0 : Math.max(...skews) - Math.min(...skews);
}

const sharesMachine = ({ targets }: StoredRun): boolean =>
  targets.some(({ addresses }) => addresses.some(isOfThisMachine));

const rounded = (value: number): number => Math.round(value * 100) / 100;
