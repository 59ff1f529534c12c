import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import { SHARDS } from '../../../lib/cache/library/dynamodb/layout.ts';
import { TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { decreed, reapAll, sweepAll } from '../../support/tier-entries.ts';
import { expireEntry, useCacheTable } from './dynamo-tables.ts';

const table = useCacheTable('dynoxide');

/** One that stores an hour's entries of one key each, and whose walks of the index are counted. */
function counted() {
  const namespace = randomUUID();
  const client = table.newClient();
  let [queries, isDown, nowMs] = [0, false, 0];
  /** Before the answer of the last query is given. */
  let onAnswer: (() => Promise<void>) | undefined;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'QueryCommand') return next(args);
      queries += 1;
      if (isDown) throw new Error('down');
      const answer = await next(args);
      const act = onAnswer;
      onAnswer = undefined;
      await act?.();
      return answer;
    },
    { step: 'initialize' },
  );
  const tier = table.tier({ namespace, client, clock: { ...systemClock, monotonic: () => nowMs } });
  return {
    tier,
    set: (...keys: string[]) => tier.set(keys.map((key) => ({ key, entry: decreed(key, ['red']) }))),
    expire: (key: string) => expireEntry(table.client, namespace, key),
    entries: async () => (await tier.usage()).dynamodb?.entries,
    walks: () => queries / SHARDS,
    /** What others sent is not counted. */
    reset: () => {
      queries = 0;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
    down: (is: boolean) => {
      isDown = is;
    },
    duringWalk: (act: () => Promise<void>) => {
      onAnswer = act;
    },
  };
}

describe('What a namespace takes in DynamoDB', () => {
  it('is walked once for all who ask within a minute', async () => {
    const { set, entries, walks, pass } = counted();
    await set('a', 'b');
    expect(await Promise.all([entries(), entries(), entries()])).toEqual([2, 2, 2]);
    await set('c');
    pass(59_999);
    expect(await entries()).toBe(2);
    expect(walks()).toBe(1);
    pass(1);
    expect(await entries()).toBe(3);
    expect(walks()).toBe(2);
  });

  it('costs an invalidation that is not finished nothing more', async () => {
    const { tier, set, entries, walks, reset } = counted();
    await set('a', 'b');
    expect(await entries()).toBe(2);
    expect(await reapAll(tier, await tier.invalidate({ kind: 'keys', values: ['a'], soft: false }))).toBe(1);
    reset();
    expect(await entries()).toBe(2);
    expect(walks()).toBe(0);
  });

  it('is exact after a sweep, whatever was known before', async () => {
    const { tier, set, expire, entries } = counted();
    await set('a', 'b');
    expect(await entries()).toBe(2);
    await set('c');
    // Nothing is to be removed.
    await sweepAll(tier);
    expect(await entries()).toBe(3);
    await expire('a');
    expect(await entries()).toBe(3);
    await sweepAll(tier);
    expect(await entries()).toBe(2);
  });

  it('is walked again after a step of a sweep only when that removed something', async () => {
    const { tier, set, expire, entries } = counted();
    await set('a', 'b');
    await entries();
    await set('c');
    const { cursor } = await tier.sweep({ budget: 2 });
    expect(cursor).toBeDefined();
    expect(await entries()).toBe(2);
    await expire('a');
    for (let at = cursor; at !== undefined; ) {
      const swept = await tier.sweep({ budget: 1, cursor: at });
      at = swept.cursor;
    }
    let from: string | undefined;
    let removed = 0;
    do {
      const swept = await tier.sweep({ budget: 1, cursor: from });
      from = swept.cursor;
      removed += swept.removed;
    } while (removed === 0 && from !== undefined);
    expect(removed).toBe(1);
    expect(from).toBeDefined();
    expect(await entries()).toBe(2);
  });

  it('is walked again after an eviction, also when a walk was under way meanwhile', async () => {
    const { tier, set, entries, duringWalk } = counted();
    await set('a', 'b');
    expect(await entries()).toBe(2);
    expect((await tier.evict('dynamodb', 1)).entries).toBe(1);
    const first: Promise<number | undefined>[] = [];
    duringWalk(async () => {
      expect((await tier.evict('dynamodb', 1)).entries).toBe(1);
    });
    first.push(entries());
    await Promise.all(first);
    expect(await entries()).toBe(0);
  });

  it('is asked for anew when the walk failed', async () => {
    const { set, entries, down } = counted();
    await set('a');
    down(true);
    const asked = [entries(), entries()];
    for (const each of asked) await expect(each).rejects.toThrow(TierUnavailableError);
    down(false);
    expect(await entries()).toBe(1);
  });
});
