import type { ComparisonRequest, ComparisonResult, ConfigurationResult } from '../../contracts/comparisons.ts';
import { compareMany, type Sample } from '../../statistics/compare-many.ts';
import { componentScore, ratioTo } from '../../statistics/health-ratio.ts';
import { mean, standardDeviation } from '../../statistics/moments.ts';
import { Random } from '../../statistics/random.ts';
import type { ScenarioFigures } from '../engine/report.ts';
import { emptyFigures } from '../fold/figures.ts';
import type { Fold } from '../fold/fold.ts';
import { latencies, rounded } from '../fold/latency.ts';
import { generatorSummaryOf } from '../generator.ts';
import type { StoredRun, StoredShard } from '../model.ts';
import { seedOf } from '../plan.ts';
import { stepFigures } from '../result.ts';
import { successRate } from '../scenario-results.ts';
import { errorRatePercent, type PlayedStep } from './played-step.ts';

/** What a response time and an error rate are measured against: the presets' production values. */
const scored = { responseTimeMs: 500, errorRatePercent: 5 } as const;
const weights = { responseTime: 30, errorRate: 25 } as const;

/** Who has the better errors and tails, a winner must not lose by more than this. */
const guardrails = { p95HarmPercent: 3, errorPoints: 0.05 } as const;

/** What else runs on a machine changes from slice to slice by more than what two configurations differ by. */
const crowded =
  'target and generator share this machine, whose CPU was busy: compare at a rate that it bears, or from elsewhere';

/** Then the times are not the target's alone, and not equally so for all. */
const lateBecause = (reasons: readonly string[]): string =>
  `the load generator could not keep up: ${reasons.join('; ')}`;

/** What the slices of a comparison say so far. */
export function comparisonResultOf(
  run: StoredRun,
  request: ComparisonRequest,
  shards: readonly StoredShard[],
  fold: Fold,
  now: number,
): ComparisonResult {
  const names = request.configurations.map(({ name }) => name);
  const slices = names.map((_, target) => fold.played.filter((step) => step.target === target));
  const best = Math.max(0, ...slices.map(throughputOf));
  const figures = names.map((name, at): [string, ConfigurationResult] => [
    name,
    configurationResult(slices[at] ?? [], fold.byTarget.get(at) ?? emptyFigures(), best, run),
  ]);
  const { verdict, reasons } = generatorSummaryOf(run, shards, fold, now);
  return {
    testDurationSeconds: rounded(fold.played.reduce((sum, { elapsedSeconds }) => sum + elapsedSeconds, 0)),
    rounds: Math.min(...slices.map(({ length }) => length)),
    results: Object.fromEntries(figures),
    ...(verdict !== 'ok'
      ? { bestConfiguration: null, noWinner: verdict === 'limited' ? lateBecause(reasons) : crowded }
      : winnerOf(new Map(names.map((name, at) => [name, slices[at] ?? []])), request, seedOf(run.testId))),
    detailedAnalysis: detailsOf(figures),
    generator: { verdict, reasons },
    ...(run.cost === undefined ? {} : { cost: run.cost }),
  };
}

const throughputOf = (slices: readonly PlayedStep[]): number => {
  const seconds = slices.reduce((sum, { heldSeconds }) => sum + heldSeconds, 0);
  return seconds === 0 ? 0 : slices.reduce((sum, { requests }) => sum + requests, 0) / seconds;
};

function configurationResult(
  slices: readonly PlayedStep[],
  held: ScenarioFigures,
  bestThroughput: number,
  run: StoredRun,
): ConfigurationResult {
  const requestsPerSecond = throughputOf(slices);
  const means = slices.flatMap(({ latency }) => latency?.meanMs ?? []);
  const errors = slices.length === 0 ? 0 : mean(slices.map(errorRatePercent));
  return {
    requests: held.requests,
    requestsPerSecond: rounded(requestsPerSecond),
    ...successRate(held),
    ...latencies(held.responseTime),
    performanceScore:
      held.responseTime.count === 0 || bestThroughput === 0
        ? 0
        : rounded(scoreOf(held.responseTime.mean / 1000, errors) * (requestsPerSecond / bestThroughput)),
    ...(means.length < 2
      ? {}
      : { coefficientOfVariationPercent: rounded((100 * standardDeviation(means)) / mean(means)) }),
    slices: slices.map((slice) => stepFigures(slice, run)),
  };
}

/** The health score of what a load test measures: response time and errors, by their weights. */
function scoreOf(responseTimeMs: number, errorPercent: number): number {
  const time = componentScore(ratioTo.lowerIsBetter(responseTimeMs, scored.responseTimeMs));
  const errors = componentScore(ratioTo.lowerIsBetter(errorPercent, scored.errorRatePercent));
  return (weights.responseTime * time + weights.errorRate * errors) / (weights.responseTime + weights.errorRate);
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  return ascending[Math.floor(ascending.length / 2)] ?? 0;
}

/** By the mean response times of the workers in the rounds, pair by pair. */
function winnerOf(
  slices: ReadonlyMap<string, readonly PlayedStep[]>,
  { marginPercent }: ComparisonRequest,
  seed: number,
): Pick<ComparisonResult, 'bestConfiguration' | 'noWinner'> {
  const samples = Object.fromEntries([...slices].map(([name, played]) => [name, played.flatMap(samplesOf)]));
  const { winner, leads, reason } = compareMany(samples, { random: new Random(seed), marginPercent });
  if (winner === undefined) return { bestConfiguration: null, noWinner: reason };
  // The closest of the others is the one that it must be ahead of.
  const [lead] = [...leads].sort((a, b) => a.interval.lowPercent - b.interval.lowPercent);
  if (lead === undefined) return { bestConfiguration: null, noWinner: reason };
  const [broken] = leads.flatMap(
    ({ over }) => brokenGuardrail(slices.get(winner) ?? [], slices.get(over) ?? [], over) ?? [],
  );
  if (broken !== undefined) return { bestConfiguration: null, noWinner: `${winner} answers sooner, but ${broken}` };
  return {
    bestConfiguration: {
      name: winner,
      improvementPercent: rounded(lead.improvementPercent),
      interval: { lowPercent: rounded(lead.interval.lowPercent), highPercent: rounded(lead.interval.highPercent) },
      advantages: leads.map(
        ({ over, improvementPercent, interval }) =>
          `answers ${shown(improvementPercent)} % sooner than ${over} (95 %: ${shown(interval.lowPercent)} to ${shown(interval.highPercent)} %)`,
      ),
    },
  };
}

/** A slice's place among those of its configuration is its round. */
const samplesOf = (slice: PlayedStep, round: number): Sample[] =>
  (slice.byShard ?? []).flatMap(({ shard, requests, meanMs }) =>
    requests === 0 || meanMs <= 0 ? [] : [{ cluster: shard, round, value: meanMs }],
  );

function brokenGuardrail(
  winner: readonly PlayedStep[],
  other: readonly PlayedStep[],
  name: string,
): string | undefined {
  const errors = mean(winner.map(errorRatePercent)) - mean(other.map(errorRatePercent));
  if (errors > guardrails.errorPoints) return `it fails ${shown(errors)} percentage points more often than ${name}`;
  const p95 = (slices: readonly PlayedStep[]): number => median(slices.flatMap(({ latency }) => latency?.p95Ms ?? []));
  const harm = 100 * (p95(winner) / p95(other) - 1);
  return harm > guardrails.p95HarmPercent ? `its p95 is ${shown(harm)} % above that of ${name}` : undefined;
}

function detailsOf(figures: readonly [string, ConfigurationResult][]): ComparisonResult['detailedAnalysis'] {
  const measured = figures.filter(([, { requests }]) => requests > 0);
  const leastBy = (value: (result: ConfigurationResult) => number | undefined): string | null => {
    const told = measured.flatMap(([name, result]) => {
      const of = value(result);
      return of === undefined ? [] : [{ name, of }];
    });
    if (told.length < 2) return null;
    return told.reduce((least, each) => (each.of < least.of ? each : least)).name;
  };
  return {
    biggestGain: leastBy(({ avgResponseTimeMs }) => avgResponseTimeMs),
    mostStable: leastBy(({ coefficientOfVariationPercent }) => coefficientOfVariationPercent),
    mostEfficient: leastBy(({ requestsPerSecond }) => -requestsPerSecond),
  };
}

const shown = (value: number): string => new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 }).format(value);
