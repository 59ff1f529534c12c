import { functionDefinition } from '../contracts/functions.ts';
import type { LoadCost } from '../contracts/load-result.ts';
import { prices as list } from '../contracts/prices.ts';

/** For one of each. Other regions than the table's differ by some tenths. */
const prices = {
  lambdaGbSecond: list.lambda.perGbSecond,
  lambdaRequest: list.lambda.perMillionRequests / 1e6,
  dynamoWriteUnit: list.dynamodb.perMillionWriteUnits / 1e6,
  dynamoReadUnit: list.dynamodb.perMillionReadUnits / 1e6,
  sqsRequest: list.sqs.perMillionRequests / 1e6,
  transferGb: list.transfer.perGbOut,
} as const;

export interface FleetUse {
  workers: number;
  /** For how long each worker was there. */
  workerSeconds: number;
  intervalSeconds: number;
  /** Of a stored interval: a write unit is 1 KB. */
  intervalKb: number;
  bytesSent: number;
  engine: 'load-worker' | 'artillery-worker';
}

/** Waiting for the others, starting cold, and the summary. */
export const overheadSeconds = 10;

/** Of a request, where only their number is known before. */
export const usualRequestBytes = 300;

/** A worker reads its run each second, and renews its lease every third. */
const workerReadsPerSecond = 1;
const workerWritesPerSecond = 1 / 3;
/** The controller looks each second, reads what came and stores the sums. */
const controllerMs = 300;
const foldKb = 20;

/** What a test takes from an AWS bill, item by item. What a free tier covers is not taken off. */
export function costItems(use: FleetUse): LoadCost['items'] {
  const { workers, workerSeconds, intervalSeconds, intervalKb, bytesSent, engine } = use;
  const total = workers * workerSeconds;
  const gb = functionDefinition(engine).memoryMb / 1024;
  const controllerGb = functionDefinition('load-controller').memoryMb / 1024;
  const intervals = total / intervalSeconds;
  const writes = intervals * Math.ceil(intervalKb) + total * workerWritesPerSecond + workerSeconds * foldKb;
  const reads = total * workerReadsPerSecond + (intervals * intervalKb) / 4 + workerSeconds * 10;
  const item = (name: string, usd: number, detail: string) => ({ name, usd: toMicroUsd(usd), detail });
  return [
    item(
      'workers',
      total * gb * prices.lambdaGbSecond + workers * prices.lambdaRequest,
      `${workers} Lambdas of ${functionDefinition(engine).memoryMb} MB for ${Math.round(workerSeconds)} s`,
    ),
    item(
      'controller',
      workerSeconds *
        ((controllerMs / 1000) * controllerGb * prices.lambdaGbSecond + prices.lambdaRequest + 3 * prices.sqsRequest),
      `one look each second for ${Math.round(workerSeconds)} s`,
    ),
    item(
      'table',
      writes * prices.dynamoWriteUnit + reads * prices.dynamoReadUnit,
      `${Math.round(writes)} write and ${Math.round(reads)} read units of DynamoDB`,
    ),
    item(
      'transfer',
      (bytesSent / 1e9) * prices.transferGb,
      `${(bytesSent / 1e6).toFixed(1)} MB sent, as to the internet; nothing within a region`,
    ),
  ];
}

const toMicroUsd = (usd: number): number => Math.round(usd * 1e6) / 1e6;
const sum = (items: LoadCost['items']): number => toMicroUsd(items.reduce((total, { usd }) => total + usd, 0));

const note =
  'On-demand prices of us-east-1, without free tiers. A test on one machine costs nothing; this is what it would cost on AWS.';

export const estimateOf = (use: FleetUse): LoadCost => {
  const items = costItems(use);
  return { estimatedUsd: sum(items), items, note };
};

/** After the test, with what was used in place of what was expected. */
export const actualCostOf = (estimate: LoadCost | undefined, use: FleetUse): LoadCost => {
  const items = costItems(use);
  return { estimatedUsd: estimate?.estimatedUsd ?? sum(items), actualUsd: sum(items), items, note };
};
