import { type FlowRequest, flowRequest } from '../../contracts/load-scenario.ts';

export type SentMethod = FlowRequest['method'];

const sent = flowRequest.shape.method.unwrap();

/** The method, where a load test sends it. */
export function sentMethod(method: unknown): SentMethod | undefined {
  const parsed = sent.safeParse(typeof method === 'string' ? method.toUpperCase() : undefined);
  return parsed.success ? parsed.data : undefined;
}

/** Asks, and changes nothing. */
export const isSafe = (method: SentMethod): boolean => method === 'GET' || method === 'HEAD';
