import type { QueryAggregate } from './aggregate.ts';

/**
 * A request that sends one kind of query again and again asks for each row by itself. A handful of repetitions is usual (a user,
 * a session, a price looked up twice); ten in one request, and five in the mean of all, are a loop.
 */
const minMaxPerRequest = 10;
const minMeanPerRequest = 5;

/** Whether an endpoint with so many requests repeats the query (N+1). */
export const isRepeated = (
  { queryTime, maxPerRequest }: Pick<QueryAggregate, 'queryTime' | 'maxPerRequest'>,
  requests: number,
): boolean => maxPerRequest >= minMaxPerRequest && queryTime.count / requests >= minMeanPerRequest;
