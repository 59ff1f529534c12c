import type { MeasuredUse } from './deployment.ts';
import type { DeploymentOptions } from './deployment-options.ts';
import { functionDefinition, functionNames } from './functions.ts';
import { queueNames } from './messages.ts';
import { prices } from './prices.ts';

/** One line of a bill. */
export interface CostItem {
  item: string;
  usdPerMonth: number;
  /** What it is, of what it is made, and what was assumed. */
  because: string;
}

type Chosen = Pick<
  DeploymentOptions,
  'cacheTier' | 'redisLimitGb' | 'redisLimitEcpuPerSecond' | 'edge' | 'domainName' | 'kmsKeyArn'
>;

/** Metrics that the alarms of a deployment look at. A test holds it to the template. */
export function alarmMetrics({ cacheTier }: Pick<Chosen, 'cacheTier'>): number {
  const definitions = functionNames.map(functionDefinition);
  const of = (kind: string): number => definitions.filter(({ trigger }) => trigger.kind === kind).length;
  const errors = functionNames.length;
  const silences = of('schedule');
  const undelivered = of('schedule') + of('topic');
  const queues = 2 * queueNames.length;
  return errors + silences + undelivered + queues + ofTheRest + (cacheTier === 'none' ? 0 : ofRedis);
}

/** The account's concurrency, the API, the tables' throttles and the cache's own. */
const ofTheRest = 15;
const ofRedis = 4;

const minutesAMonth = prices.hoursAMonth * 60;
/** What a function by the clock takes on a quiet minute, in seconds; measured on one machine, rounded up. */
const quietMinuteSeconds = 0.3;
/** Lambda asks each queue for messages with five long polls of 20 s at a time, whether there are any or not. */
const pollsAMinute = 15;

const inGb = (memoryMb: number): number => memoryMb / 1024;

/** What a deployment costs a month while nobody uses it. */
export function costAtRest(options: Chosen): CostItem[] {
  const { elastiCache, cloudWatch, lambda, sqs, waf, secretsManager } = prices;
  const items: CostItem[] = [];
  const put = (item: string, usdPerMonth: number, because: string) => items.push({ item, usdPerMonth, because });

  if (options.cacheTier === 'none') put('tier 2 of caches', 0, 'none');
  else {
    const usd = elastiCache.minimumGb * elastiCache.perGbHour * prices.hoursAMonth;
    put('tier 2 of caches', usd, `ElastiCache Serverless bills ${elastiCache.minimumGb} GB at least`);
  }
  const metrics = alarmMetrics(options);
  put('alarms', metrics * cloudWatch.perAlarmMetricMonth, `${metrics} metrics that alarms look at`);
  put('dashboard', cloudWatch.perDashboardMonth, 'beyond the three that an account has free');

  const polled = functionNames.filter((name) => functionDefinition(name).trigger.kind === 'queue').length;
  const polls = (polled * pollsAMinute * minutesAMonth) / 1e6;
  put(
    'polling of queues',
    polls * sqs.perMillionRequests,
    `${polled} queues, ${polls.toFixed(1)} million empty answers`,
  );

  const byClock = functionNames.map(functionDefinition).filter(({ trigger }) => trigger.kind === 'schedule');
  const gb = byClock.reduce((sum, { memoryMb }) => sum + inGb(memoryMb), 0);
  put(
    'functions by the clock',
    gb * quietMinuteSeconds * minutesAMonth * lambda.perGbSecond +
      ((byClock.length * minutesAMonth) / 1e6) * lambda.perMillionRequests,
    `${byClock.length} each minute, ${quietMinuteSeconds} s each`,
  );
  if (options.edge !== 'none') put('secret of the distribution', secretsManager.perSecretMonth, 'Secrets Manager');
  if (options.edge === 'cloudfront-waf') {
    put('firewall', waf.perAclMonth + 4 * waf.perRuleMonth, 'AWS WAF: one list, four rules');
  }
  if (options.kmsKeyArn !== undefined) put('key of KMS', 0, 'yours: 1 USD a month, and 0.03 USD for 10,000 uses');
  return items;
}

/** What a deployment is used for in a month. */
export interface Usage {
  /** Requests to the API of Headroom, the reports of services not among them. */
  requests?: number;
  /** Instances of services that report, around the clock. */
  instances?: number;
  /** Load tests: users at the same time, for so many seconds, so many times. */
  loadTests?: { users: number; seconds: number; times: number };
  /** Reads and writes of caches over HTTP, values of 1 KB. */
  cacheOperations?: number;
}

/** Assumed, since it depends on what is done: medians of this repository's own benches, rounded up. */
const assumed = {
  apiSeconds: 0.05,
  apiReadUnits: 1,
  apiWriteUnits: 0.5,
  /** Of an instance: the SDK flushes each 10 s, and has less to say when nothing happened. */
  reportsAMinute: 6,
  reportWriteUnits: 3,
  /** Of one worker, which a test has one of for so many users. */
  usersPerWorker: 250,
  workerMb: 1769,
  cacheReadUnits: 1,
  cacheWriteUnits: 1,
  ecpuPerCacheOperation: 2,
  logKbPerRequest: 1,
};

/** What some use costs a month, beside what a deployment costs at rest. */
export function costOfUse(usage: Usage, options: Pick<Chosen, 'cacheTier' | 'edge'>): CostItem[] {
  const { requests = 0, instances = 0, cacheOperations = 0, loadTests } = usage;
  const { lambda, apiGateway, dynamodb, elastiCache, cloudWatch, cloudFront, waf } = prices;
  const million = (count: number, price: number): number => (count / 1e6) * price;
  const calls = (count: number, memoryMb: number): number =>
    million(count, apiGateway.perMillionRequests + lambda.perMillionRequests) +
    count * assumed.apiSeconds * inGb(memoryMb) * lambda.perGbSecond +
    ((count * assumed.logKbPerRequest) / 1024 ** 2) * cloudWatch.perGbLogs +
    (options.edge === 'none' ? 0 : million(count, cloudFront.perMillionRequests)) +
    (options.edge === 'cloudfront-waf' ? million(count, waf.perMillionRequests) : 0);
  const items: CostItem[] = [];
  if (requests > 0) {
    const data =
      million(requests * assumed.apiReadUnits, dynamodb.perMillionReadUnits) +
      million(requests * assumed.apiWriteUnits, dynamodb.perMillionWriteUnits);
    const because = `${requests} requests: API Gateway, 512 MB for ${assumed.apiSeconds} s, a read and half a write, 1 KB of logs`;
    items.push({ item: 'requests', usdPerMonth: calls(requests, 512) + data, because });
  }
  if (instances > 0) {
    const reports = instances * assumed.reportsAMinute * minutesAMonth;
    const data = million(reports * assumed.reportWriteUnits, dynamodb.perMillionWriteUnits);
    const because = `${reports} reports of ${instances} instances, ${assumed.reportWriteUnits} KB each`;
    items.push({ item: 'telemetry', usdPerMonth: calls(reports, 1769) + data, because });
  }
  if (cacheOperations > 0) {
    const data =
      million(cacheOperations * assumed.cacheReadUnits, dynamodb.perMillionReadUnits) +
      million(cacheOperations * assumed.cacheWriteUnits * 0.1, dynamodb.perMillionWriteUnits) +
      (options.cacheTier === 'none'
        ? 0
        : million(cacheOperations * assumed.ecpuPerCacheOperation, elastiCache.perMillionEcpu));
    const because = `${cacheOperations} operations over HTTP, one in ten a write of 1 KB`;
    items.push({ item: 'caches', usdPerMonth: calls(cacheOperations, 1769) + data, because });
  }
  if (loadTests !== undefined) {
    const { users, seconds, times } = loadTests;
    const workers = Math.max(1, Math.ceil(users / assumed.usersPerWorker));
    const usd = workers * seconds * times * inGb(assumed.workerMb) * lambda.perGbSecond;
    const because = `${times} tests of ${seconds} s with ${users} users: ${workers} workers of ${assumed.workerMb} MB; what they receive is free, what they send is not counted`;
    items.push({ item: 'load tests', usdPerMonth: usd, because });
  }
  return items;
}

export const total = (items: readonly CostItem[]): number =>
  items.reduce((sum, { usdPerMonth }) => sum + usdPerMonth, 0);

/** What a stage's use costs a month at this rate: all that it was used for, what it does at rest included. */
export function costOfMeasured(
  use: MeasuredUse,
  options: Pick<Chosen, 'cacheTier' | 'edge' | 'redisLimitGb' | 'redisLimitEcpuPerSecond' | 'domainName' | 'kmsKeyArn'>,
): CostItem[] {
  const { apiGateway, lambda, dynamodb, sqs, elastiCache } = prices;
  const days = (Date.parse(use.to) - Date.parse(use.from)) / 86_400_000;
  const months = days / (prices.hoursAMonth / 24);
  const item = (name: string, usd: number, because: string): CostItem => ({
    item: name,
    usdPerMonth: usd / months,
    because,
  });
  const million = (count: number, price: number): number => (count / 1e6) * price;
  const hours = days * 24;
  const storedGbHours = Math.max(use.cacheGbHours, elastiCache.minimumGb * hours);
  const fixed = costAtRest(options).filter(({ item: name }) => fixedItems.includes(name));
  return [
    item('API Gateway', million(use.apiRequests, apiGateway.perMillionRequests), `${use.apiRequests} requests`),
    item(
      'Lambda',
      million(use.invocations, lambda.perMillionRequests) + use.gbSeconds * lambda.perGbSecond,
      `${use.invocations} invocations, ${Math.round(use.gbSeconds)} GB-seconds`,
    ),
    item(
      'DynamoDB',
      million(use.readUnits, dynamodb.perMillionReadUnits) + million(use.writeUnits, dynamodb.perMillionWriteUnits),
      `${use.readUnits} read and ${use.writeUnits} write units; storage not counted`,
    ),
    item('SQS', million(use.queueRequests, sqs.perMillionRequests), `${use.queueRequests} requests`),
    ...(options.cacheTier === 'none'
      ? []
      : [
          item(
            'ElastiCache',
            storedGbHours * elastiCache.perGbHour + million(use.ecpu, elastiCache.perMillionEcpu),
            `${storedGbHours.toFixed(1)} GB-hours, ${use.ecpu} ECPU`,
          ),
        ]),
    ...fixed,
  ];
}

/** What is paid by the month, whatever is done. */
const fixedItems = ['alarms', 'dashboard', 'secret of the distribution', 'firewall'];
