import type { AwsFigures } from '../../../contracts/aws-metrics.ts';
import type { CapacityUnits, TableConfiguration } from '../../aws/configuration/model.ts';

/**
 * On-demand list prices in USD, without free tiers and without discounts: all that savings are reckoned with. Other regions differ by
 * some tenths.
 */
export const prices = {
  region: 'us-east-1',
  asOf: '2026-01',
  lambda: {
    /** @see https://aws.amazon.com/lambda/pricing/ */
    gbSecond: { x86_64: 0.0000166667, arm64: 0.0000133334 },
    provisionedGbSecond: { x86_64: 0.0000041667, arm64: 0.0000033334 },
    request: 0.2e-6,
  },
  dynamodb: {
    /** @see https://aws.amazon.com/dynamodb/pricing/ */
    STANDARD: { readRequest: 0.125e-6, writeRequest: 0.625e-6, readHour: 0.00013, writeHour: 0.00065, gbMonth: 0.25 },
    STANDARD_INFREQUENT_ACCESS: {
      readRequest: 0.155e-6,
      writeRequest: 0.78e-6,
      readHour: 0.00016,
      writeHour: 0.00081,
      gbMonth: 0.1,
    },
  },
  /** @see https://aws.amazon.com/api-gateway/pricing/ */
  apiGateway: { cacheHour: { '0.5': 0.02 } },
  /** @see https://aws.amazon.com/cloudwatch/pricing/ */
  logs: { gbMonth: 0.03 },
  /** @see https://aws.amazon.com/sqs/pricing/ */
  sqs: { request: 0.4e-6 },
} as const;

export const hoursAMonth = 730;
const hourMs = 3_600_000;

/** By how much what happened in the figures' time is to be multiplied to come to a month. Undefined: they cover less than an hour. */
export function monthly({ from, to }: Pick<AwsFigures, 'from' | 'to'>): number | undefined {
  const hours = (Date.parse(to) - Date.parse(from)) / hourMs;
  return hours >= 1 ? hoursAMonth / hours : undefined;
}

export const usd = (amount: number): number => Math.round(amount * 100) / 100;

/** In words: `about 12.30 USD a month`. */
export const inUsd = (amount: number): string => `about ${usd(amount).toFixed(2)} USD a month`;

/** What a change is to cost, and what it costs now, each in a month; both bear the same prices, and what is not changed is in neither. */
export const costs = (beforeUsd: number, afterUsd: number) => ({
  savesUsdPerMonth: usd(beforeUsd - afterUsd),
  costUsdPerMonth: { before: usd(beforeUsd), after: usd(afterUsd) },
  costSource: `List prices of ${prices.region} as of ${prices.asOf}, without free tiers, at what AWS counted of the last day`,
});

type TableClass = TableConfiguration['tableClass'];

/** Of so many units that were consumed in a month. */
export const onDemandUsd = ({ read, write }: CapacityUnits, tableClass: TableClass): number =>
  read * prices.dynamodb[tableClass].readRequest + write * prices.dynamodb[tableClass].writeRequest;

/** Of so many units that are there for a month. */
export const provisionedUsd = ({ read, write }: CapacityUnits, tableClass: TableClass): number =>
  hoursAMonth * (read * prices.dynamodb[tableClass].readHour + write * prices.dynamodb[tableClass].writeHour);
