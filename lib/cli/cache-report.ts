import type { CacheInvalidation, CacheWarmed } from '../contracts/cache.ts';
import type { CacheStats, TierStats } from '../contracts/cache-stats.ts';
import { count, decimal } from '../contracts/figures.ts';
import { ms, percentage, unmeasured } from './figures.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

const megabytes = (value: number | undefined): string => (value === undefined ? unmeasured : `${decimal(value)} MB`);

const tierHeading = ['tier', 'entries', 'used', 'limit', 'hits', 'errors', 'breaker'];

export function statsReport(namespace: string, stats: CacheStats, { colours, width }: Look): string[] {
  const { hitRatePercent, totalRequests, cacheHits, cacheMisses, tiers, performance, topKeys, savings, cost } = stats;
  const rows = Object.entries(tiers) as [string, TierStats][];
  const breaker = (state: TierStats['breaker']): string =>
    state === undefined ? unmeasured : state === 'closed' ? colours.green(state) : colours.red(state);
  return [
    `${namespace}: ${percentage(hitRatePercent)} of ${count(totalRequests)} gets hit (${count(cacheHits)} hits, ${count(cacheMisses)} misses)`,
    ...textTable(
      ['left', 'right', 'right', 'right', 'right', 'right', 'left'],
      [
        tierHeading.map((text) => colours.dim(text)),
        ...rows.map(([tier, { entries, usedMb, limitMb, hits, errors, breaker: state }]) => [
          tier,
          count(entries),
          megabytes(usedMb),
          megabytes(limitMb),
          count(hits),
          count(errors),
          breaker(state),
        ]),
      ],
    ),
    `A get takes ${ms(performance.avgGetMs)}, a set ${ms(performance.avgSetMs)}; ${count(performance.evictions)} evictions from memory.`,
    `Saved: ${decimal(savings.loaderMs / 1_000)} s of loading, ${megabytes(savings.compressionBytes / 1_048_576)} by compression.`,
    `Cost: ${decimal(cost.dynamodbReadUnits)} read and ${decimal(cost.dynamodbWriteUnits)} write units; ${decimal(cost.usd)} USD with a month of what is stored.`,
    ...(topKeys.length === 0
      ? []
      : [
          'Most read:',
          ...textTable(
            ['right', 'left'],
            topKeys.slice(0, 10).map(({ key, reads }) => [count(reads), key]),
            { width, shorten: 1 },
          ),
        ]),
    colours.dim(
      'Requests, times and keys are those of the instance that answered; entries and sizes of shared tiers are everybody’s.',
    ),
  ];
}

export function invalidationReport({ invalidated, exact, upperBound, pending, taskId }: CacheInvalidation): string[] {
  const bound = upperBound === undefined ? '' : `, of ${count(upperBound)} at most`;
  return [
    `${count(invalidated)} ${invalidated === 1 ? 'entry is' : 'entries are'} removed${exact ? '' : ` so far${bound}`}.`,
    ...(taskId === undefined
      ? []
      : [`The rest is removed in the background (${taskId}); none of it is served any longer.`]),
    ...(pending === undefined ? [] : [`Not told yet: ${pending.join(', ')}. Nothing dead is served from there.`]),
  ];
}

interface Optimized {
  expiredRemoved: number;
  ghostsRemoved: number;
  promoted: number;
  demoted: number;
  bytesFreed: number;
  complete: boolean;
}

export const optimizationReport = (result: Optimized): string[] => [
  `${count(result.expiredRemoved)} expired entries and ${count(result.ghostsRemoved)} traces of others are removed, ${count(result.bytesFreed)} bytes are free.`,
  `${count(result.promoted)} entries were brought into memory, ${count(result.demoted)} left it.`,
  ...(result.complete ? [] : ['Not all was looked at: call again to go on.']),
];

export const warmReport = ({ requested, stored, failed }: CacheWarmed): string[] => [
  `${count(stored)} of ${count(requested)} are stored.`,
  ...failed.map(({ key, reason }) => `  ${key}: ${reason}`),
];
