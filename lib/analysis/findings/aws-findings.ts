import type { Finding } from '../../contracts/analysis-depths.ts';
import type {
  ApiResource,
  AwsFigures,
  CacheResource,
  LambdaResource,
  QueueResource,
  TableResource,
} from '../../contracts/aws-metrics.ts';
import type { Thresholds } from '../../contracts/thresholds.ts';
import { enough } from '../enough.ts';
import { inWords } from '../words.ts';
import { findingId } from './finding-id.ts';

/** A cold start that a caller feels. */
const slowInitMs = 1000;
/** A message that waits longer is late for whatever waits for it. */
const lateMessageSeconds = 300;
/** Of the time of an API, what its own part may be, where it is not short anyway. */
const gateway = { sharePercent: 50, minMs: 100 } as const;
const fullPercent = 90;

/** What is wrong with a resource, without what every finding has. */
interface Fault {
  matter: string;
  issue: string;
  values: Record<string, number>;
  recommendation: string;
}

/** What CloudWatch shows to be wrong with a project's resources. What it has no figure of is not judged. */
export function awsFindings(figures: AwsFigures, thresholds: Thresholds): Finding[] {
  const of = <Resource extends { name: string }>(
    resources: readonly Resource[],
    faultsOf: (resource: Resource) => Fault[],
  ): Finding[] => resources.flatMap((resource) => faultsOf(resource).map((fault) => finding(resource.name, fault)));
  const finding = (name: string, { matter, issue, values, recommendation }: Fault): Finding => ({
    findingId: findingId('aws', name, matter),
    kind: 'aws',
    component: name,
    issue,
    evidence: [{ metric: `aws.${matter}`, subject: name, from: figures.from, to: figures.to, values }],
    recommendation,
  });
  return [
    ...of(figures.lambdas, (lambda) => lambdaFaults(lambda, thresholds)),
    ...of(figures.apis, (api) => apiFaults(api, thresholds)),
    ...of(figures.tables, tableFaults),
    ...of(figures.caches, (cache) => cacheFaults(cache, thresholds)),
    ...of(figures.queues, queueFaults),
  ];
}

const when = (isSo: boolean, fault: () => Fault): Fault[] => (isSo ? [fault()] : []);

function lambdaFaults(
  {
    invocations = 0,
    throttles = 0,
    errors = 0,
    errorRatePercent = 0,
    maxInitMs = 0,
    peakConcurrency = 0,
  }: LambdaResource,
  { errorRatePercent: threshold }: Thresholds,
): Fault[] {
  return [
    ...when(throttles >= enough.throttled, () => ({
      matter: 'lambda.throttles',
      issue: `${inWords.count(throttles)} invocations were throttled, with at most ${inWords.count(peakConcurrency)} at once.`,
      values: { throttles, invocations, peakConcurrency },
      recommendation:
        'Raise the reserved concurrency of the function, or the quota of the account; or shorten its duration, which lowers what it needs at once.',
    })),
    ...when(errors >= enough.failed && errorRatePercent > threshold.value, () => ({
      matter: 'lambda.errors',
      issue: `${inWords.percent(errorRatePercent)} of its invocations failed, above the threshold of ${inWords.percent(threshold.value)}.`,
      values: { errors, invocations, errorRatePercent, errorRatePercentThreshold: threshold.value },
      recommendation:
        'Look at the errors in the log of the function: timeouts and memory that ran out count among them.',
    })),
    ...when(maxInitMs >= slowInitMs, () => ({
      matter: 'lambda.coldStarts',
      issue: `A cold start took ${inWords.ms(maxInitMs)} before its first request was looked at.`,
      values: { maxInitMs, maxInitMsThreshold: slowInitMs },
      recommendation:
        'Make the bundle smaller, do less before the handler, give more memory (and so more CPU), or keep instances provisioned.',
    })),
  ];
}

function apiFaults(
  { requests = 0, serverErrors = 0, p95LatencyMs, p95IntegrationLatencyMs }: ApiResource,
  { errorRatePercent: threshold }: Thresholds,
): Fault[] {
  const serverErrorPercent = requests > 0 ? Math.min(100, (100 * serverErrors) / requests) : 0;
  const latency = p95LatencyMs ?? 0;
  const own = latency - (p95IntegrationLatencyMs ?? latency);
  return [
    ...when(serverErrors >= enough.failed && serverErrorPercent > threshold.value, () => ({
      matter: 'api.serverErrors',
      issue: `${inWords.percent(serverErrorPercent)} of its requests were answered with 5xx, above the threshold of ${inWords.percent(threshold.value)}.`,
      values: { serverErrors, requests, serverErrorPercent, serverErrorPercentThreshold: threshold.value },
      recommendation:
        'Look at what stands behind the API: timeouts, throttles and errors of its functions arrive here as 5xx.',
    })),
    ...when(own >= gateway.minMs && own >= (latency * gateway.sharePercent) / 100, () => ({
      matter: 'api.overhead',
      issue: `Of ${inWords.ms(latency)} at its 95th percentile, ${inWords.ms(own)} pass in the API itself.`,
      values: { p95LatencyMs: latency, p95IntegrationLatencyMs: latency - own },
      recommendation:
        'Look at its authorizers, and whether their answers are cached; mappings and large bodies take time, too.',
    })),
  ];
}

function tableFaults({ readThrottleEvents = 0, writeThrottleEvents = 0, operations, ...used }: TableResource): Fault[] {
  const throttled = operations.filter(({ throttledRequests = 0 }) => throttledRequests > 0);
  const throttledRequests = throttled.reduce((sum, each) => sum + (each.throttledRequests ?? 0), 0);
  const events = Math.max(readThrottleEvents + writeThrottleEvents, throttledRequests);
  const names = throttled.map(({ operation }) => operation).join(', ');
  return when(events >= enough.throttled, () => ({
    matter: 'table.throttles',
    issue: `${inWords.count(events)} reads and writes were throttled${names === '' ? '' : ` (${names})`}.`,
    values: {
      readThrottleEvents,
      writeThrottleEvents,
      throttledRequests,
      consumedReadUnits: used.consumedReadUnits ?? 0,
      consumedWriteUnits: used.consumedWriteUnits ?? 0,
    },
    recommendation:
      'Spread the load over more partition keys where one is hot; else raise the provisioned capacity or its scaling, or make the table on-demand.',
  }));
}

function cacheFaults(
  { hits = 0, misses = 0, hitRatePercent, evictions = 0, throttledCommands = 0, ...used }: CacheResource,
  { cacheHitRatePercent: threshold, cpuPercent }: Thresholds,
): Fault[] {
  const { maxCpuPercent = 0, maxMemoryPercent = 0 } = used;
  return [
    ...when(
      hits + misses >= enough.lookups && hitRatePercent !== undefined && hitRatePercent < threshold.value,
      () => ({
        matter: 'cache.hitRate',
        issue: `Its hit rate is ${inWords.percent(hitRatePercent ?? 0)}, below the threshold of ${inWords.percent(threshold.value)}.`,
        values: {
          hits,
          misses,
          hitRatePercent: hitRatePercent ?? 0,
          hitRatePercentThreshold: threshold.value,
          evictions,
        },
        recommendation:
          evictions > 0
            ? 'Make it larger: entries are evicted before they are asked for again.'
            : 'Keep entries longer, or cache what is asked for more often.',
      }),
    ),
    ...when(throttledCommands >= enough.throttled, () => ({
      matter: 'cache.throttles',
      issue: `${inWords.count(throttledCommands)} of its commands were throttled.`,
      values: { throttledCommands },
      recommendation: 'Raise its limit of processing units, or send fewer and smaller commands.',
    })),
    ...when(maxMemoryPercent > fullPercent, () => ({
      matter: 'cache.memory',
      issue: `Its memory was ${inWords.percent(maxMemoryPercent)} full.`,
      values: { maxMemoryPercent, maxMemoryPercentThreshold: fullPercent, evictions },
      recommendation: 'Make it larger, keep entries for a shorter time, or compress large values.',
    })),
    ...when(maxCpuPercent > cpuPercent.value, () => ({
      matter: 'cache.cpu',
      issue: `Its engine took ${inWords.percent(maxCpuPercent)} of its CPU, above the threshold of ${inWords.percent(cpuPercent.value)}.`,
      values: { maxCpuPercent, maxCpuPercentThreshold: cpuPercent.value },
      recommendation: 'Use larger or more nodes, or avoid commands over many keys.',
    })),
  ];
}

const queueFaults = ({ maxOldestMessageAgeSeconds: age = 0, peakVisibleMessages = 0 }: QueueResource): Fault[] =>
  when(age > lateMessageSeconds, () => ({
    matter: 'queue.age',
    issue: `Its oldest message waited for ${inWords.count(age)} s, with up to ${inWords.count(peakVisibleMessages)} waiting.`,
    values: {
      maxOldestMessageAgeSeconds: age,
      maxOldestMessageAgeSecondsThreshold: lateMessageSeconds,
      peakVisibleMessages,
    },
    recommendation: 'Let more consumers work on it at once, or find out why they fail or are slow.',
  }));
