import type { LoadTest } from '../contracts/load.ts';
import type { GeneratorSummary, LoadTestResult } from '../contracts/load-result.ts';
import { formats } from './units.ts';

/** What is said of load tests wherever they are shown. */

const kinds: Record<LoadTest['kind'], string> = {
  basic: 'Load test',
  stress: 'Stress test',
  spike: 'Spike test',
  endurance: 'Endurance test',
  comprehensive: 'Comprehensive test',
  artillery: 'Artillery test',
  comparison: 'Comparison',
};

/** `Stress test`. */
export const testKind = (kind: LoadTest['kind']): string => kinds[kind];

export const testTitle = ({ kind, project }: Pick<LoadTest, 'kind' | 'project'>): string =>
  `${testKind(kind)} of ${project}`;

export const workersInWords = (workers: number): string => `${workers} ${workers === 1 ? 'worker' : 'workers'}`;

/** `up to 1,000 users`, `50/s arrivals`. */
export function loadInWords({ kind, users, arrivalRate, maxUsers, maxRate }: LoadTest['request']): string {
  if (kind === 'artillery') return 'as its script says';
  if (maxRate !== undefined) return `up to ${formats.perSecond(maxRate)}`;
  if (kind === 'stress') return `up to ${formats.users(maxUsers ?? 1000)}`;
  return arrivalRate === undefined ? formats.users(users ?? 10) : `${formats.perSecond(arrivalRate)} arrivals`;
}

/** The load generator ... */
export const generatorVerdicts: Record<GeneratorSummary['verdict'], string> = {
  ok: 'kept up: the figures are the target’s',
  limited: 'could not keep up',
  'limited-by-this-machine': 'was limited by this machine',
};

/** What must be known before any figure of a generator that gave way is read. */
export const generatorFaults: Record<Exclude<GeneratorSummary['verdict'], 'ok'>, string> = {
  limited: 'The load generator could not keep up. These figures speak of the generator, not of the target.',
  'limited-by-this-machine': 'This machine was the limit. These figures speak of the generator, not of the target.',
};

const losses = { 'never-started': 'never started', died: 'died', late: 'came too late' } as const;

/** `worker 2 died, heard of last in interval 7; worker 3 never started.` */
export const lossesInWords = (lostShards: GeneratorSummary['lostShards']): string =>
  `${lostShards
    .map(({ shard, reason, lastInterval }) => {
      const until = lastInterval === undefined ? '' : `, heard of last in interval ${lastInterval}`;
      return `worker ${shard} ${losses[reason]}${until}`;
    })
    .join('; ')}.`;

type Bottleneck = NonNullable<LoadTestResult['breakingPointAnalysis']>['primaryBottleneck'];

/** What gave way in a stress test. */
export const bottlenecks: Record<Bottleneck, string> = {
  errors: 'errors',
  'response-time': 'response time',
  throughput: 'throughput no longer rose',
  connections: 'connections',
  none: 'none was reached',
  generator: 'the load generator',
};
