import { isGatewayResult } from '../../middleware/gateway-result.ts';
import { bodyBytes, type InvocationSource } from './invocation-source.ts';

/** How an invocation ended. */
export interface Outcome {
  readonly status: number;
  /** Of the body; what the gateway puts around it is not known. */
  readonly responseBytes: number;
}

/** Whatever asked, it was told of an error; of HTTP, 500 is what a gateway makes of it. */
export const thrown: Outcome = { status: 500, responseBytes: 0 };

/**
 * The status of what a handler answered. To events that are no requests it is 200, 207 where a part of a batch failed, and 500
 * where all of it did.
 */
export function outcomeOf(result: unknown, event: unknown, { unsaidStatus }: InvocationSource): Outcome {
  if (unsaidStatus === 'no-request') return { status: batchStatus(result, event), responseBytes: 0 };
  if (isGatewayResult(result)) {
    const { statusCode, body, isBase64Encoded } = result;
    const isStatus = Number.isInteger(statusCode) && statusCode >= 100 && statusCode <= 999;
    return { status: isStatus ? statusCode : 502, responseBytes: bodyBytes(body, isBase64Encoded === true) };
  }
  return unsaidStatus === 'json'
    ? { status: 200, responseBytes: jsonBytes(result) }
    : { status: 502, responseBytes: 0 };
}

const jsonBytes = (result: unknown): number =>
  Buffer.byteLength(typeof result === 'string' ? result : (JSON.stringify(result) ?? ''));

const lengthOf = (value: object, name: string): number => {
  const list: unknown = Reflect.get(value, name);
  return Array.isArray(list) ? list.length : 0;
};

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html `ReportBatchItemFailures` */
function batchStatus(result: unknown, event: unknown): number {
  if (typeof result !== 'object' || result === null || typeof event !== 'object' || event === null) return 200;
  const failed = lengthOf(result, 'batchItemFailures');
  if (failed === 0) return 200;
  return failed < lengthOf(event, 'Records') ? 207 : 500;
}
