import type { LoadTestRequest } from '../contracts/load.ts';
import type { LoadStep, LoadTestResult } from '../contracts/load-result.ts';
import { judgeThresholds } from '../contracts/load-threshold.ts';
import { littlesLaw } from '../statistics/littles-law.ts';
import { Random } from '../statistics/random.ts';
import { ensuredBy, metricsOf } from './artillery/shard-metrics.ts';
import { meanThinkMs } from './engine/think-time.ts';
import { failureCount } from './fold/figures.ts';
import { errorsOf, type Fold, totalOf } from './fold/fold.ts';
import { histogramOf, latencies, rounded, timingOf } from './fold/latency.ts';
import { pointOf } from './fold/timeline.ts';
import { generatorSummaryOf } from './generator.ts';
import { enduranceFiguresOf } from './kinds/endurance-figures.ts';
import type { PlayedStep } from './kinds/played-step.ts';
import { settingsOf } from './kinds/settings.ts';
import { spikeFiguresOf, spikeWindowsOf } from './kinds/spike-figures.ts';
import { stressFiguresOf, verdictsByStep } from './kinds/stress-figures.ts';
import type { StoredRun, StoredShard } from './model.ts';
import { seedOf } from './plan.ts';
import { recommendationsOf } from './recommendations.ts';
import { scenarioResults, successRate } from './scenario-results.ts';
import type { ServiceResources } from './service-resources.ts';

export interface ResultInput {
  run: StoredRun;
  request: LoadTestRequest;
  shards: readonly StoredShard[];
  fold: Fold;
  /** Epoch milliseconds. */
  now: number;
  /** What the service's telemetry says of the time of the test. */
  service: ServiceResources;
}

/** A test's result from what was added up of it: final when the run has ended, what is known so far until then. */
export function resultOf(input: ResultInput): LoadTestResult {
  const { run, request, shards, fold, now, service } = input;
  const total = totalOf(fold);
  const artillery = metricsOf(shards);
  const seconds = playedSeconds(run, fold, shards, now);
  const perSecond = (amount: number): number => (seconds > 0 ? rounded(amount / seconds) : 0);
  const timeline = timelineOf(run, fold, now);
  const timings = {
    connect: timingOf(fold.connections.connect),
    tls: timingOf(fold.connections.tls),
    firstByte: timingOf(fold.firstByte),
  };
  const figures: Omit<LoadTestResult, 'recommendations' | 'thresholds'> = {
    totalRequests: total.requests,
    successfulRequests: total.successful,
    failedRequests: total.failed,
    ...successRate(total),
    actualDurationSeconds: rounded(seconds),
    performanceMetrics: {
      ...latencies(total.responseTime),
      requestsPerSecond: perSecond(total.requests),
      throughputMbps: perSecond((total.bytesReceived * 8) / 1e6),
      serviceTime: latencies(total.serviceTime),
    },
    connections: {
      opened: fold.connections.opened,
      tlsResumed: fold.connections.tlsResumed,
      ...Object.fromEntries(Object.entries(timings).filter(([, timing]) => timing !== undefined)),
    },
    connectionFailures: failureCount(fold.connectionFailures),
    scenarios: scenarioResults(request.kind === 'artillery' ? [] : request.scenarios, fold.scenarios, seconds),
    errors: errorsOf(total, fold.connectionFailures),
    timeline,
    histogram: histogramOf(total.responseTime),
    steps: stepsOf(run, request, fold.played),
    ...kindFigures(input, timeline),
    generator: generatorSummaryOf(run, shards, fold, now),
    ...(service.usage === undefined ? {} : { resourceUsage: service.usage }),
    ...(run.cost === undefined ? {} : { cost: run.cost }),
    ...(artillery === undefined ? {} : { artillery: artillery.counters }),
  };
  const result = { ...figures, recommendations: recommendationsOf(figures) };
  const judged = [
    ...judgeThresholds(request.thresholds ?? [], result),
    ...(artillery !== undefined && request.script !== undefined && run.phase === 'ended'
      ? ensuredBy(request.script, run, artillery, seconds * 1000)
      : []),
  ];
  return judged.length === 0 ? result : { ...result, thresholds: judged };
}

/** What the parts of the test found beside the figures of all of it. */
function kindFigures(
  { run, request, fold, service }: ResultInput,
  timeline: LoadTestResult['timeline'],
): Partial<LoadTestResult> {
  const settings = settingsOf(request);
  const stress = fold.played.filter(({ part }) => part === 'stress');
  const spike = fold.played.find(({ part }) => part === 'spike');
  const endurance = fold.played.find(({ part }) => part === 'endurance');
  const [first] = stress;
  const last = stress.at(-1);
  const startOf = (step: PlayedStep): number => (step.startAtMs - (run.startAtMs ?? step.startAtMs)) / 1000;
  return {
    ...(first === undefined || last === undefined
      ? {}
      : stressFiguresOf(stress, {
          ...settings,
          totalDurationSeconds: rounded(startOf(last) - startOf(first) + last.elapsedSeconds),
          resource: service.constraint,
          isFinal: run.phase === 'ended',
          random: new Random(seedOf(run.testId)),
        })),
    ...(spike === undefined
      ? {}
      : {
          spike: spikeFiguresOf(timeline, spikeWindowsOf(spike, startOf(spike))),
        }),
    ...(endurance === undefined
      ? {}
      : {
          endurance: enduranceFiguresOf(
            timeline.filter(({ second }) => second >= startOf(endurance) + endurance.holdFromSeconds),
            service.memory,
          ),
        }),
  };
}

/** For how long load was sent: without the pauses between steps. */
function playedSeconds(run: StoredRun, { played, sums }: Fold, shards: readonly StoredShard[], now: number): number {
  const done = played.reduce((sum, { elapsedSeconds }) => sum + elapsedSeconds, 0);
  const { step } = run;
  if (step === undefined || step.index < played.length) return done;
  if (run.phase !== 'ended') return done + Math.max(0, now - step.startAtMs) / 1000;
  return done + elapsedSecondsOf(run, shards, { sums });
}

/** Of the present step, from its start epoch to the end of its last request. */
export function elapsedSecondsOf(
  { intervalSeconds }: StoredRun,
  shards: readonly StoredShard[],
  { sums }: Pick<Fold, 'sums'>,
): number {
  const intervals = Math.max(0, ...Object.values(sums.watermarks).map((interval) => interval + 1));
  const told = Math.max(0, ...shards.map(({ lastStep }) => lastStep?.elapsedMs ?? 0)) / 1000;
  // Where no worker lived to tell, or only one of an earlier step, the intervals that were stored say how long it lived.
  return told > (intervals - 1) * intervalSeconds && told <= intervals * intervalSeconds + 1
    ? told
    : intervals * intervalSeconds;
}

/** With what is known of the present step. */
function timelineOf(run: StoredRun, { timeline, sums }: Fold, now: number): LoadTestResult['timeline'] {
  const { step, timelineSeconds } = run;
  const open =
    step === undefined
      ? []
      : [...sums.buckets]
          .sort(([a], [b]) => a - b)
          .map(([number, bucket]) =>
            pointOf(bucket, number, step, run, (now - step.startAtMs) / 1000 - number * timelineSeconds),
          );
  return [...timeline, ...open].map(({ step: _, ...point }) => point);
}

function stepsOf(run: StoredRun, request: LoadTestRequest, played: readonly PlayedStep[]): LoadStep[] {
  const { model, breakCriteria } = settingsOf(request);
  const verdicts = verdictsByStep(
    played.filter(({ part }) => part === 'stress'),
    { model, breakCriteria },
  );
  return played.map((step) => ({
    ...stepFigures(step, run),
    ...(run.model === 'closed' ? littlesLawOf(step, request) : {}),
    ...verdicts.get(step.index),
  }));
}

/** As it is shown, of a test and of a comparison. */
export function stepFigures(step: PlayedStep, run: Pick<StoredRun, 'model' | 'startAtMs' | 'targets'>): LoadStep {
  const { latency, requests, successful } = step;
  const configuration = run.targets[step.target]?.configuration;
  return {
    part: step.part,
    ...(run.model === 'closed' ? { users: step.level } : { arrivalRate: step.level }),
    startSecond: rounded((step.startAtMs - (run.startAtMs ?? step.startAtMs)) / 1000 + step.holdFromSeconds),
    durationSeconds: rounded(step.heldSeconds),
    requests,
    ...(latency === undefined
      ? {}
      : {
          avgResponseTimeMs: latency.meanMs,
          p50ResponseTimeMs: latency.p50Ms,
          p95ResponseTimeMs: latency.p95Ms,
          p99ResponseTimeMs: latency.p99Ms,
        }),
    ...successRate({ requests, successful }),
    requestsPerSecond: rounded(step.requestsPerSecond),
    errors: step.errors,
    ...(configuration === undefined ? {} : { configuration }),
  };
}

/** Only where every request is followed by the same pause, and the level is held: else the law speaks of something else. */
function littlesLawOf(step: PlayedStep, { scenarios, thinkTimeMs }: LoadTestRequest): Pick<LoadStep, 'littlesLaw'> {
  const isPlain = scenarios.every(({ flow, before, thinkTimeMs: own }) => !flow && !before && own === undefined);
  if (!isPlain || step.part === 'spike' || step.latency === undefined || step.heldSeconds === 0) return {};
  const { expectedUsers, differencePercent } = littlesLaw({
    users: step.level,
    throughputPerSecond: step.requestsPerSecond,
    meanResponseTimeMs: step.latency.meanMs,
    meanThinkTimeMs: meanThinkMs(thinkTimeMs),
  });
  return { littlesLaw: { expectedUsers: rounded(expectedUsers), differencePercent: rounded(differencePercent) } };
}
