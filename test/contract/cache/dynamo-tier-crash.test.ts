import { randomUUID } from 'node:crypto';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import type { CacheClock } from '../../../lib/cache/library/clock.ts';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import { DynamoTier } from '../../../lib/cache/library/dynamodb/dynamo-tier.ts';
import { inParallel } from '../../../lib/cache/library/dynamodb/in-parallel.ts';
import type { Invalidation } from '../../../lib/cache/library/invalidations.ts';
import type { InvalidationRequest, SharedTier } from '../../../lib/cache/library/shared-tier.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { bornAt, decreed, reapAll, sweepAll, textOf } from '../../support/tier-entries.ts';
import { itemsOf, tableName, useCacheTable } from './dynamo-tables.ts';

const table = useCacheTable('dynoxide');

/** Long, so that few events fill the head and are moved to the log. */
const long = 'k'.repeat(150);
const keys = ['a', 'b', 'c', 'big', `${long}:1`, `${long}:2`];
const big = 'x'.repeat(9_000);
const HOURS_3 = 3 * 3_600_000;

type Op = (tier: SharedTier, events: Invalidation[]) => Promise<unknown>;

const set =
  (key: string, text: string, tags: string[] = []): Op =>
  (tier) =>
    tier.set([{ key, entry: decreed(text, tags) }]);
const load =
  (key: string, text: string, tags: string[] = []): Op =>
  async (tier) => {
    const { sequence } = await tier.read([key]);
    const lease = await tier.lease(key, 60_000);
    await tier.write([{ key, lease, entry: bornAt(sequence, tags, text) }]);
  };
const invalidate =
  (kind: InvalidationRequest['kind'], values: string[], soft = false): Op =>
  async (tier, events) => {
    events.push(await tier.invalidate({ kind, values, soft }));
  };
const reapLast: Op = async (tier, events) => {
  const last = events.at(-1);
  if (last !== undefined) await reapAll(tier, last, 100);
};

const histories: Record<string, readonly Op[]> = {
  'sets and loads': [
    set('a', 'a1', ['red']),
    load('b', 'b1', ['red', 'blue']),
    set('big', big, ['blue']),
    set('a', 'a2', ['green']),
    load('b', 'b2', ['blue']),
    set('big', `${big}2`, ['red']),
    set(`${long}:1`, 'l1'),
    invalidate('keys', ['big', `${long}:1`]),
  ],
  'invalidations of tags and patterns': [
    set('a', 'a1', ['red']),
    set(`${long}:1`, 'l1', ['blue']),
    invalidate('tags', ['blue'], true),
    reapLast,
    invalidate('pattern', [`${long}:*`]),
    reapLast,
    load('b', 'b1', ['red']),
    invalidate('tags', ['red', 'green']),
    reapLast,
    set('a', 'a2', ['red']),
    invalidate('clear', []),
    reapLast,
  ],
  'events that leave the head': [
    set('a', 'a1', ['red']),
    set('b', 'b1', ['blue']),
    invalidate('keys', ['c', `${long}:none`]),
    invalidate('tags', ['blue']),
    invalidate('keys', ['a', `${long}:none`]),
    invalidate('keys', [`${long}:none`, `${long}:other`, 'y']),
    invalidate('pattern', ['big*'], true),
    invalidate('keys', [`${long}:none`]),
    invalidate('keys', [`${long}:none`]),
    set('c', 'c1', ['blue']),
    invalidate('clear', [], true),
    invalidate('keys', [`${long}:none`]),
    invalidate('keys', [`${long}:none`]),
  ],
};

/** A reaped entry is stale by its time, no longer by the event. */
const texts = async (tier: SharedTier): Promise<(string | undefined)[]> =>
  (await tier.read(keys)).entries.map((hit) => {
    if (hit === undefined) return undefined;
    return textOf(hit.entry) + (hit.stale || hit.entry.freshUntil <= Date.now() ? ' stale' : '');
  });

const reads = ['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand'];

/**
 * Dies when it would write once more than so often. Reads change nothing: to die before one leaves what dying before the
 * next write leaves.
 */
function mortalClient(writes: number): { client: DynamoDB; written: () => number; isDead: () => boolean } {
  const client = table.newClient();
  let written = 0;
  let isDead = false;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const isWrite = !reads.includes(commandName);
        isDead ||= isWrite && written >= writes;
        if (isDead) throw new Error('dead');
        if (isWrite) written += 1;
        return next(args);
      },
    { step: 'initialize' },
  );
  return { client, written: () => written, isDead: () => isDead };
}

const laterClock: CacheClock = { ...systemClock, now: () => Date.now() + HOURS_3 };

/** @returns how often it wrote; below the limit when the history came to its end */
async function dieAfter(history: readonly Op[], writes: number): Promise<number> {
  const namespace = randomUUID();
  const options = { tableName, namespace };
  const warm = table.tier(options);
  await warm.read(keys);
  const { client, written, isDead } = mortalClient(writes);
  const mortal = new DynamoTier({ client, ...options });
  const [without, having] = [new ReferenceTier(), new ReferenceTier()];
  const events: Invalidation[] = [];
  const [eventsWithout, eventsWith]: Invalidation[][] = [[], []];
  for (const op of history) {
    await op(having, eventsWith ?? []);
    try {
      await op(mortal, events);
      await mortal.settled();
    } catch {
      break;
    }
    await op(without, eventsWithout ?? []);
    await warm.read([]);
  }
  const allowed = [await texts(without), await texts(having)];
  const cold = table.tier(options);
  const seen = await texts(cold);
  const where = `after ${writes} writes`;
  for (const [at, text] of seen.entries()) {
    // What was under way is done, or not, or half: then nothing is there.
    const changed = allowed[0]?.[at] !== allowed[1]?.[at] || isDead();
    expect([allowed[0]?.[at], allowed[1]?.[at], ...(changed ? [undefined] : [])], where).toContain(text);
  }
  expect(await texts(warm), where).toEqual(seen);
  // Another goes on: it moves what the dead one left in the head, which changes nothing for anybody.
  const heir = new DynamoTier({ client: table.client, ...options, clock: laterClock });
  for (let at = 0; at < 6; at++) await heir.invalidate({ kind: 'keys', values: [`${long}:heir`], soft: false });
  await heir.settled();
  expect(await texts(table.tier(options)), where).toEqual(seen);
  // When the time of all entries is over nothing is left of them, half written ones included.
  await sweepAll(heir, 100);
  const left = await itemsOf(table.client, namespace);
  expect(
    left.filter((item) => /^[xtcv]/.test(item)),
    where,
  ).toEqual([]);
  client.destroy();
  return written();
}

describe('A process that dies', () => {
  it.each(Object.entries(histories))(
    'before any write of %s leaves nothing undone that it acknowledged',
    async (_, history) => {
      const all = await dieAfter(history, Number.POSITIVE_INFINITY);
      expect(all).toBeGreaterThan(30);
      await inParallel(
        Array.from({ length: all }, (_, at) => at),
        (writes) => dieAfter(history, writes),
        6,
      );
    },
    120_000,
  );
});
