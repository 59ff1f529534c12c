import type { CachePolicy } from '../../contracts/cache-policy.ts';

type Numbers = { [Name in keyof CachePolicy as number extends CachePolicy[Name] ? Name : never]: number };
export type NumberName = keyof Numbers;

interface NumberFieldText {
  label: string;
  unit?: string;
  hint?: string;
  required?: true;
}

/** What may be left out says in its hint what is then. */
export const numberFields: Record<NumberName, NumberFieldText> = {
  memoryLimitMb: { label: 'Memory', unit: 'MB', required: true },
  redisLimitMb: { label: 'Redis', unit: 'MB', hint: 'Empty: no limit' },
  dynamodbLimitMb: { label: 'DynamoDB', unit: 'MB', required: true },
  maxEntries: { label: 'Entries in memory', hint: 'Empty: no limit' },
  maxValueBytes: { label: 'Largest value', unit: 'bytes', required: true },
  defaultTtlSeconds: { label: 'Time to live', unit: 's', required: true },
  negativeTtlSeconds: { label: 'Remember that there is none', unit: 's', hint: 'Empty: as long as a value' },
  jitterPercent: { label: 'Shorten at random by at most', unit: '%', required: true },
  staleWhileRevalidateSeconds: { label: 'Stale while it is loaded anew', unit: 's', required: true },
  staleIfErrorSeconds: { label: 'Stale when loading fails', unit: 's', required: true },
  earlyRefreshBeta: { label: 'Early refresh', hint: '0: never; above 1: earlier', required: true },
  softTimeoutMs: { label: 'Wait for a loader, with something stale', unit: 'ms', hint: 'Empty: as without' },
  hardTimeoutMs: { label: 'Wait for a loader, at most', unit: 'ms', required: true },
};
