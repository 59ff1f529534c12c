import { randomBytes, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, INLINE_BYTES } from '../../../lib/cache/library/dynamodb/entry-item.ts';
import { parsePattern } from '../../../lib/cache/library/pattern.ts';
import { type SharedTier, TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { bornAt, decreed, reapAll } from '../../support/tier-entries.ts';
import { engines, itemsOf, useCacheTable } from './dynamo-tables.ts';

const MB = 1_048_576;
const sizes = [0, 1, INLINE_BYTES, INLINE_BYTES + 1, CHUNK_BYTES, CHUNK_BYTES + 1, 400 * 1_024, MB, 5 * MB, 16 * MB];

const read = async (tier: SharedTier, key: string) => (await tier.read([key])).entries[0]?.entry;

describe.each(engines)('Values in DynamoDB, on %s', (engine) => {
  const table = useCacheTable(engine);

  it.each(sizes)('come back whole with %i bytes, and leave nothing when they are replaced', async (size) => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace, timeoutMs: 20_000 });
    const payload = randomBytes(size);
    const entry = { ...decreed(), payload, rawBytes: size };
    expect(await tier.set([{ key: 'a', entry }])).toMatchObject([{ outcome: 'stored' }]);
    const found = await read(tier, 'a');
    expect(Buffer.from(found?.payload ?? []).equals(payload)).toBe(true);
    const [head] = (await tier.read(['a'], { headsOnly: true })).entries;
    expect(head?.entry).toMatchObject({ rawBytes: size });
    expect(head?.entry.payload).toHaveLength(0);
    const chunks = size > INLINE_BYTES ? Math.ceil(size / CHUNK_BYTES) : 0;
    const chunksOf = async () => (await itemsOf(table.client, namespace)).filter((item) => /^[cv]#/.test(item));
    expect(await chunksOf()).toHaveLength(chunks === 0 ? 0 : chunks + 1);
    expect((await tier.usage()).dynamodb?.bytes).toBeGreaterThan(size);
    await tier.set([{ key: 'a', entry: decreed('small') }]);
    expect(await chunksOf()).toEqual([]);
  });

  it('are chunked by a load too, and their chunks go with what is reaped', async () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace });
    const { sequence } = await tier.read(['a']);
    const payload = randomBytes(900_000);
    const entry = { ...bornAt(sequence, ['red']), payload, rawBytes: payload.length };
    expect(await tier.write([{ key: 'a', entry, lease: await tier.lease('a', 60_000) }])).toEqual(['stored']);
    expect(await tier.write([{ key: 'a', entry }])).toEqual(['older']);
    expect(await read(table.tier({ namespace }), 'a')).toMatchObject({ rawBytes: 900_000 });
    const event = await tier.invalidate({ kind: 'tags', values: ['red'], soft: false });
    expect(await reapAll(tier, event)).toBe(1);
    expect((await itemsOf(table.client, namespace)).filter((item) => /^[cvxt]#/.test(item))).toEqual([]);
  });

  it('are read again when they are replaced while their chunks are read', async () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace });
    const payload = randomBytes(500_000);
    await tier.set([{ key: 'a', entry: { ...decreed(), payload, rawBytes: payload.length } }]);
    const client = table.newClient();
    let isReplaced = false;
    client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'BatchGetItemCommand' && !isReplaced) {
          isReplaced = true;
          await tier.set([{ key: 'a', entry: decreed('new') }]);
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    const reader = table.tier({ namespace, client });
    expect(Buffer.from((await read(reader, 'a'))?.payload ?? []).toString()).toBe('new');
    expect(isReplaced).toBe(true);
  });

  it('are found under the longest keys and tags, by prefixes in any script', async () => {
    const tier = table.tier();
    const keys = [`ü${'k'.repeat(1_021)}1`, `ü${'k'.repeat(1_021)}2`, `${'𝄞'.repeat(255)}:1`, 'ü', 'u'];
    const tags = Array.from({ length: 32 }, (_, at) => `${at}${'t'.repeat(250)}`);
    await tier.set(keys.map((key) => ({ key, entry: decreed(key, tags) })));
    expect((await tier.read(keys)).entries.every((hit) => hit !== undefined)).toBe(true);
    const { canonical } = parsePattern('ü*');
    const event = await tier.invalidate({ kind: 'pattern', values: [canonical], soft: false });
    expect(await reapAll(tier, event)).toBe(3);
    const music = await tier.invalidate({ kind: 'pattern', values: ['𝄞*1'], soft: false });
    expect(await reapAll(tier, music)).toBe(1);
    const byTag = await tier.invalidate({ kind: 'tags', values: tags, soft: false });
    expect(await reapAll(tier, byTag, 1)).toBe(1);
    expect((await tier.usage()).dynamodb?.entries).toBe(0);
  });

  it('are invalidated by events of any size', async () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace });
    const from = (await tier.read([])).sequence;
    const keys = Array.from({ length: 300 }, (_, at) => `${at}:${'ä'.repeat(500)}`);
    await tier.set([{ key: keys[7] ?? '', entry: decreed() }]);
    const event = await tier.invalidate({ kind: 'keys', values: keys, soft: false });
    expect(await tier.changes(from)).toEqual({ after: from, upTo: event.sequence, events: [event] });
    const cold = table.tier({ namespace });
    expect(await read(cold, keys[7] ?? '')).toBeUndefined();
    expect(await cold.changes(from)).toEqual({ after: from, upTo: event.sequence, events: [event] });
    expect(await reapAll(cold, event, 100)).toBe(1);
  });

  it('are refused as a fault of whoever gave them, and not as a table that is down, where the table takes none such', async () => {
    const tier = table.tier({ namespace: randomUUID() });
    const fault = await tier.renew('a', { token: '\ud800' }, 1_000).then(
      (held) => held,
      (error: unknown) => error,
    );
    // One of the engines takes it for what it is not: no lease that is held.
    if (fault !== false) expect(fault).not.toBeInstanceOf(TierUnavailableError);
  });
});
