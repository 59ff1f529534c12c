import type { OutgoingWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { OutgoingAggregate } from '../aggregate.ts';
import { type Merging, other } from './merging.ts';
import { addCounts } from './sums.ts';

export const outgoingMerging: Merging<OutgoingWindow, OutgoingAggregate> = {
  limit: 1000,
  open: ({ responseTime, endpoint, ...window }) => ({
    ...window,
    endpoint,
    responseTime: Sketch.fromBase64(responseTime),
  }),
  keyOf: ({ target, method, endpoint = '' }) => [target, method, endpoint].join('\0'),
  costOf: ({ responseTime }) => responseTime.sum,
  merge(into, from) {
    into.responseTime.merge(from.responseTime);
    into.statuses = addCounts(into.statuses, from.statuses);
    into.failed += from.failed;
  },
  asOther: (total) => ({ ...total, target: other, method: '*', endpoint: undefined }),
  pack: ({ responseTime, endpoint, ...total }) => ({
    ...total,
    ...(endpoint === undefined ? {} : { endpoint }),
    responseTime: responseTime.toBase64(),
  }),
};
