import type { PoolWindow } from '../../contracts/telemetry.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { PoolAggregate } from '../aggregate.ts';
import type { PoolRollup } from '../rollups/rollup.ts';
import { type Merging, other } from './merging.ts';

/** What one window of one instance said of a pool, as a total of one. */
export const poolRollupOf = ({ open, inUse, waiting, ...window }: PoolWindow): PoolRollup => ({
  ...window,
  windows: 1,
  openSum: open,
  inUseSum: inUse,
  waitingSum: waiting,
  peakOpen: open,
  fullWindows: window.size !== undefined && window.peakInUse >= window.size ? 1 : 0,
});

const sums = [
  'windows',
  'openSum',
  'inUseSum',
  'waitingSum',
  'fullWindows',
  'created',
  'closed',
  'overflow',
  'timeouts',
  'errors',
  'checks',
  'failedChecks',
] as const;

const highest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b);

export const poolMerging: Merging<PoolRollup, PoolAggregate> = {
  limit: 100,
  open: ({ waitTime, checkTime, size, oldestConnectionSeconds, ...rollup }) => ({
    ...rollup,
    size,
    oldestConnectionSeconds,
    waitTime: waitTime === undefined ? new Sketch() : Sketch.fromBase64(waitTime),
    checkTime: checkTime === undefined ? new Sketch() : Sketch.fromBase64(checkTime),
  }),
  keyOf: ({ pool, system }) => `${pool}\0${system}`,
  costOf: ({ waitTime }) => waitTime.sum,
  merge(into, from) {
    into.waitTime.merge(from.waitTime);
    into.checkTime.merge(from.checkTime);
    for (const sum of sums) into[sum] += from[sum];
    for (const peak of ['peakOpen', 'peakInUse', 'peakWaiting'] as const) {
      into[peak] = Math.max(into[peak], from[peak]);
    }
    into.size = highest(into.size, from.size);
    into.oldestConnectionSeconds = highest(into.oldestConnectionSeconds, from.oldestConnectionSeconds);
  },
  asOther: (total) => ({ ...total, pool: other, system: other }),
  pack: ({ waitTime, checkTime, size, oldestConnectionSeconds, ...total }) => ({
    ...total,
    ...(size === undefined ? {} : { size }),
    ...(oldestConnectionSeconds === undefined ? {} : { oldestConnectionSeconds }),
    ...(waitTime.count === 0 ? {} : { waitTime: waitTime.toBase64() }),
    ...(checkTime.count === 0 ? {} : { checkTime: checkTime.toBase64() }),
  }),
};
