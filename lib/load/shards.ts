import type { StoredShard } from './model.ts';

/** The invocations that work, or worked, on each shard, in their order: usually one. */
export type Shards = ReadonlyMap<number, readonly StoredShard[]>;

export function byShard(items: readonly StoredShard[]): Shards {
  const shards = new Map<number, StoredShard[]>();
  for (const item of items) {
    const known = shards.get(item.shard);
    if (known === undefined) shards.set(item.shard, [item]);
    else known.push(item);
  }
  for (const invocations of shards.values()) invocations.sort((a, b) => a.generation - b.generation);
  return shards;
}

const isAlive = ({ leaseUntilMs }: StoredShard, now: number): boolean => leaseUntilMs > now;
const worksNoMore = ({ state }: StoredShard): boolean => state === 'done' || state === 'late';

/** Waits for the first step. */
export const isReady = (invocations: readonly StoredShard[], now: number): boolean =>
  invocations.some((one) => one.state === 'waiting' && isAlive(one, now));

/** Somebody who lives still has something of the step to do, or to hand over. */
export const isGoing = (invocations: readonly StoredShard[], step: number, now: number): boolean =>
  invocations.some((one) => isAlive(one, now) && !worksNoMore(one) && one.stepsDone <= step);

/** The step was played to its end: by one invocation, or by some that handed it on. */
export const hasFinished = (invocations: readonly StoredShard[], step: number): boolean =>
  invocations.some(({ stepsDone }) => stepsDone > step) &&
  invocations.every((one) => one.stepsDone > step || (one.state === 'done' && one.handOver !== undefined));

/**
 * An invocation that ended without having handed over, or died: what it would have done of the step, the last one so far,
 * was not done.
 */
export const lostInvocation = (
  invocations: readonly StoredShard[],
  { step, now, isOver }: { step: number; now: number; isOver: boolean },
): StoredShard | undefined =>
  invocations.find(
    (one) =>
      (one.state === 'done' && one.lost !== undefined) ||
      (!worksNoMore(one) && one.stepsDone <= step && (isOver || !isAlive(one, now))),
  );
