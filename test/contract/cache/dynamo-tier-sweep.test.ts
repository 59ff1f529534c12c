import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import { numberIn, textsIn } from '../../../lib/cache/library/dynamodb/attributes.ts';
import type { DynamoTier } from '../../../lib/cache/library/dynamodb/dynamo-tier.ts';
import { Layout, SHARDS } from '../../../lib/cache/library/dynamodb/layout.ts';
import { decreed } from '../../support/tier-entries.ts';
import { tableName, useCacheTable } from './dynamo-tables.ts';

const table = useCacheTable('dynoxide');
/** Each with more keys than one step may read. */
const cases = [
  { budget: 1, keys: 24 },
  { budget: 2, keys: 40 },
];
const LATER_MS = 120_000;

/** A namespace whose reapers have died, and another process that comes two minutes later. */
function abandoned(keys: number) {
  const namespace = randomUUID();
  const layout = new Layout(namespace);
  const tier = table.tier({ namespace });
  const client = table.newClient();
  let read = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      const { Count: count } = answer.output as { Count?: number };
      if (context.commandName === 'QueryCommand') read += count ?? 0;
      return answer;
    },
    { step: 'initialize' },
  );
  const clock = { ...systemClock, now: () => Date.now() + LATER_MS };
  const at = (step: () => Promise<void> = async () => {}) => ({
    /** Each step by another process. @returns how many items each step read, and what all of them removed */
    async sweep(budget: number) {
      const steps: number[] = [];
      let ghosts = 0;
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
        const heir = table.tier({ namespace, client, clock });
        read = 0;
        const swept = await heir.sweep({ budget, cursor });
        steps.push(read);
        ghosts += swept.ghosts;
        cursor = swept.cursor;
        await step();
      }
      return { steps, ghosts };
    },
  });
  const item = async ({ pk, sk }: { pk: string; sk: string }) =>
    (await table.client.getItem({ TableName: tableName, Key: { pk: { S: pk }, sk: { S: sk } }, ConsistentRead: true }))
      .Item;
  return {
    tier,
    ...at(),
    sweepWith: (step: () => Promise<void>, budget: number) => at(step).sweep(budget),
    set: (tagsOf: (at: number) => string[] = () => []) =>
      tier.set(Array.from({ length: keys }, (_, n) => ({ key: `key:${n}`, entry: decreed('v', tagsOf(n)) }))),
    livePatterns: async () => textsIn(await item(layout.patterns), 'ids').length,
    mark: async (tag: string) => {
      const found = await item(layout.tagMark(tag));
      return { hard: numberIn(found, 'r'), soft: numberIn(found, 'y'), end: numberIn(found, 'expiresAt') };
    },
  };
}

async function moveOutOfHead(tier: DynamoTier): Promise<void> {
  const filler = 'f'.repeat(150);
  for (let at = 0; at < 10; at++) await tier.invalidate({ kind: 'keys', values: [`${filler}${at}`], soft: false });
  await tier.settled();
}

/** Of each shard that is looked at together with others as many are read as of all; fewer than all keys. */
const mostRead = (budget: number) => SHARDS * budget;

describe('A sweep of DynamoDB, step by step', () => {
  it.each(cases)('finishes patterns without a prefix, whose reapers died, with a budget of $budget', async ({
    budget,
    keys,
  }) => {
    const { tier, set, sweep, livePatterns } = abandoned(keys);
    await set();
    for (const value of ['*none', '*:none', '*:1']) {
      await tier.invalidate({ kind: 'pattern', values: [value], soft: false });
    }
    await tier.invalidate({ kind: 'pattern', values: ['*0'], soft: true });
    expect(await livePatterns()).toBe(4);
    const { steps } = await sweep(budget);
    expect(await livePatterns()).toBe(0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(mostRead(budget));
    expect((await tier.usage()).dynamodb?.entries).toBe(keys - 1);
    const times = (await tier.read(['key:10', 'key:11'])).entries.map(
      (hit) => (hit?.entry.freshUntil ?? 0) <= Date.now() + LATER_MS,
    );
    expect(times).toEqual([true, false]);
    expect((await sweep(1_000)).ghosts).toBe(0);
  });

  it.each(cases)('finishes tags, whose reapers died, with a budget of $budget', async ({ budget, keys }) => {
    const { tier, set, sweep, mark } = abandoned(keys);
    const tags = ['all', 'soft', 'both', ...Array.from({ length: 5 }, (_, at) => `small "${at}"`)];
    await set((at) => ['all', 'soft', 'both', `small "${at % 5}"`]);
    await tier.invalidate({ kind: 'tags', values: ['soft', 'both'], soft: true });
    await tier.invalidate({ kind: 'tags', values: tags.filter((tag) => tag !== 'soft'), soft: false });
    await moveOutOfHead(tier);
    const { steps } = await sweep(budget);
    for (const tag of tags) expect((await mark(tag)).end, tag).toBeDefined();
    expect(await mark('both')).toMatchObject({ hard: expect.any(Number), soft: expect.any(Number) });
    expect(Math.max(...steps)).toBeLessThanOrEqual(mostRead(budget));
  });

  it('comes to its end though others invalidate the same again and again', async () => {
    const { tier, set, sweepWith, livePatterns } = abandoned(40);
    await set(() => ['all']);
    const again = async () => {
      await tier.invalidate({ kind: 'pattern', values: ['*none'], soft: false });
      await tier.invalidate({ kind: 'tags', values: ['all'], soft: true });
      await tier.settled();
    };
    await again();
    await moveOutOfHead(tier);
    const { steps } = await sweepWith(again, 20);
    expect(steps.length).toBeLessThan(100);
    expect(await livePatterns()).toBe(1);
  });
});
