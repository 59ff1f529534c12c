import { ratioTo } from '../../statistics/health-ratio.ts';
import type { ResourceSample } from '../../telemetry/aggregate.ts';
import { cpuPercent, rounded } from '../../telemetry/resources.ts';
import { memoryMeasures, type ResourceMeasure } from '../measured.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

/** Less than this, in all, is a spike. */
const minObservedMs = 10_000;

/**
 * A loop whose 99th percentile of delay is a tenth of a second lets every user wait visibly. Timers, garbage collection and a
 * machine that is free stay well below; on one that is not, the threshold rises with what the process waits for its turn.
 */
const maxEventLoopDelayMs = 100;

/** Here the score of a component ends too: worse is not told apart. */
const worstRatio = 3;

type Weight = (sample: ResourceSample) => number;
const byRequestTime: Weight = ({ requestTimeUs }) => requestTimeUs;
const byDuration: Weight = ({ durationMs }) => durationMs;

interface Strained {
  instance: string;
  means: { measure: ResourceMeasure; mean: number }[];
}

export const cpu = (observed: Observed): Finding[] => {
  const measure: ResourceMeasure = {
    name: 'cpuPercent',
    unit: '%',
    value: cpuPercent,
    threshold: observed.thresholds.cpuPercent.value,
    ratio: ratioTo.boundedPercent,
  };
  return finding(observed, [measure], byRequestTime, {
    component: 'CPU',
    metric: 'resources.cpuPercent',
    issue: 'The processes compute nearly all of the time while they answer requests',
    recommendation:
      'Give the service more CPU or more instances, or reduce what it computes per request: a CPU profile shows where.',
    remedy: 'add-cpu',
    opportunity: 'Give the service more CPU',
  });
};

export const memory = (observed: Observed): Finding[] =>
  finding(observed, memoryMeasures(observed.thresholds), byDuration, {
    component: 'Memory',
    metric: 'resources.memory',
    issue: 'The processes hold more than they should',
    recommendation:
      'Give the service more memory, or find what it holds: compare two heap snapshots, and bound its caches and pools.',
    remedy: 'add-memory',
    opportunity: 'Give the service more memory',
  });

export const eventLoop = (observed: Observed): Finding[] => {
  const measure: ResourceMeasure = {
    name: 'eventLoopDelayP99Ms',
    unit: 'ms',
    value: (sample) => sample.eventLoopDelayP99Ms ?? 0,
    threshold: rounded(maxEventLoopDelayMs * observed.starvation),
    ratio: ratioTo.lowerIsBetter,
  };
  return finding(observed, [measure], byRequestTime, {
    component: 'Event loop',
    metric: 'resources.eventLoopDelayP99Ms',
    issue: 'Synchronous work blocks the processes, so that all requests wait for it',
    recommendation:
      'Take long synchronous work off the event loop: use asynchronous calls, divide it, or move it to a worker thread.',
    remedy: 'unblock-event-loop',
    opportunity: 'Unblock the event loop',
  });
};

/** One finding for all instances that are above a threshold in the weighted mean of what they said. */
function finding(
  observed: Observed,
  measures: readonly ResourceMeasure[],
  weight: Weight,
  words: Pick<Finding, 'component' | 'issue' | 'recommendation' | 'remedy' | 'opportunity'> & { metric: string },
): Finding[] {
  const samples = observed.telemetry.resources;
  const strained: Strained[] = [];
  let excess = 0;
  for (const [instance, ofInstance] of Map.groupBy(samples, (sample) => sample.instance)) {
    if (total(ofInstance, byDuration) < minObservedMs || total(ofInstance, weight) === 0) continue;
    const means = measures
      .map((measure) => ({ measure, mean: weightedMean(ofInstance, measure.value, weight) }))
      .filter(({ measure, mean }) => measure.ratio(mean, measure.threshold) >= 1);
    if (means.length === 0) continue;
    strained.push({ instance, means });
    excess += total(ofInstance, (sample) => weight(sample) * excessOf(sample, measures));
  }
  if (strained.length === 0) return [];
  const { metric, issue, ...rest } = words;
  const worst = strained.flatMap(({ means }) => means).reduce((a, b) => (ratioOf(b) > ratioOf(a) ? b : a));
  return [
    {
      ...rest,
      issue: `${issue}: ${rounded(worst.mean, 1)} ${worst.measure.unit} in the mean, with a threshold of ${worst.measure.threshold} ${worst.measure.unit}, on ${strained.length} of ${observed.telemetry.instanceCount} instances.`,
      performanceImpact: share(excess, total(samples, weight)),
      evidence: strained.slice(0, 10).map(({ instance, means }) =>
        evidence(
          observed,
          metric,
          instance,
          Object.fromEntries(
            means.flatMap(({ measure: { name, threshold }, mean }) => [
              [name, rounded(mean)],
              [`${name}Threshold`, threshold],
            ]),
          ),
        ),
      ),
    },
  ];
}

const ratioOf = ({ measure, mean }: Strained['means'][number]): number => measure.ratio(mean, measure.threshold);

/**
 * The part of a window's time that would not have been spent at the threshold: 1 - 1/r. Waiting grows with the ratio r
 * as in a queue, where it is in proportion to 1 / (1 - utilization).
 */
function excessOf(sample: ResourceSample, measures: readonly ResourceMeasure[]): number {
  const ratio = Math.max(...measures.map((measure) => measure.ratio(measure.value(sample), measure.threshold)));
  return ratio <= 1 ? 0 : 1 - 1 / Math.min(ratio, worstRatio);
}

const total = (samples: readonly ResourceSample[], value: Weight): number =>
  samples.reduce((sum, sample) => sum + value(sample), 0);

const weightedMean = (samples: readonly ResourceSample[], value: Weight, weight: Weight): number =>
  total(samples, (sample) => value(sample) * weight(sample)) / total(samples, weight);
