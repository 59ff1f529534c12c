import type { QueryWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { QueryAggregate } from '../aggregate.ts';
import { type Merging, other } from './merging.ts';

export const queryMerging: Merging<QueryWindow, QueryAggregate> = {
  limit: 2000,
  open: ({ queryTime, endpoint, ...window }) => ({ ...window, endpoint, queryTime: Sketch.fromBase64(queryTime) }),
  keyOf: ({ system, fingerprint, endpoint = '' }) => [fingerprint, endpoint, system].join('\0'),
  costOf: ({ queryTime }) => queryTime.sum,
  merge(into, from) {
    into.queryTime.merge(from.queryTime);
    into.rows += from.rows;
    into.maxPerRequest = Math.max(into.maxPerRequest, from.maxPerRequest);
  },
  asOther: (total) => ({ ...total, system: other, fingerprint: other, endpoint: undefined }),
  pack: ({ queryTime, endpoint, ...total }) => ({
    ...total,
    ...(endpoint === undefined ? {} : { endpoint }),
    queryTime: queryTime.toBase64(),
  }),
};
