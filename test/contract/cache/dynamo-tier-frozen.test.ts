import { randomUUID } from 'node:crypto';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { type CacheClock, systemClock } from '../../../lib/cache/library/clock.ts';
import type { InvalidationRequest, SharedTier } from '../../../lib/cache/library/shared-tier.ts';
import { bornAt, decreed, reapAll, sweepAll, textOf } from '../../support/tier-entries.ts';
import { tableName, useCacheTable } from './dynamo-tables.ts';

const table = useCacheTable('dynoxide');
/** One writer of each is frozen before another command: the last ones send fewer. */
const keys = Array.from({ length: 14 }, (_, at) => `user:${at}`);
const filler = 'f'.repeat(150);
const never: CacheClock['after'] = () => () => {};

interface Frozen {
  client: DynamoDB;
  /** Resolves when it stands before its command. */
  stands: Promise<void>;
  thaw(): void;
  hasFrozen(): boolean;
}

/** A client whose process freezes before a command that it sends. */
function frozenBefore(command: number): Frozen {
  const client = table.newClient();
  const stands = Promise.withResolvers<void>();
  const thawed = Promise.withResolvers<void>();
  let sent = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      if (sent++ === command) {
        stands.resolve();
        await thawed.promise;
      }
      return next(args);
    },
    { step: 'initialize' },
  );
  return { client, stands: stands.promise, thaw: () => thawed.resolve(), hasFrozen: () => sent > command };
}

const textIn = async (tier: SharedTier, key: string): Promise<string | undefined> => {
  const hit = (await tier.read([key])).entries[0];
  return hit && `${textOf(hit.entry)}${hit.stale || hit.entry.freshUntil <= Date.now() ? ' stale' : ''}`;
};

/** Where nothing was stored before, a reaper finds nothing: then it is for the writer to see the event. */
const situations: { request: InvalidationRequest; isNew?: boolean }[] = [
  { request: { kind: 'tags', values: ['red'], soft: false } },
  { request: { kind: 'tags', values: ['red'], soft: false }, isNew: true },
  { request: { kind: 'pattern', values: ['user:*'], soft: false }, isNew: true },
  { request: { kind: 'keys', values: keys, soft: false } },
  { request: { kind: 'clear', values: [], soft: false } },
  { request: { kind: 'tags', values: ['red'], soft: true } },
];

type Write = (tier: SharedTier, key: string, born: number) => Promise<unknown>;

const writes: Record<string, Write> = {
  load: async (tier, key, born) => {
    const lease = await tier.lease(key, 3_600_000);
    return tier.write([{ key, lease, entry: bornAt(born, ['red'], 'late') }]);
  },
  copy: (tier, key, born) => tier.write([{ key, entry: bornAt(born, ['red'], 'late') }]),
};

/** @returns how many writers froze */
async function freeze(write: Write, { request, isNew }: (typeof situations)[number]): Promise<number> {
  const options = { tableName, namespace: randomUUID() };
  const tier = table.tier(options);
  if (isNew !== true) await tier.set(keys.map((key) => ({ key, entry: decreed('old', ['red']) })));
  const { sequence: born } = await tier.read(keys);
  const writers = [];
  for (const [command, key] of keys.entries()) {
    const { client, stands, thaw, hasFrozen } = frozenBefore(command);
    const slow = table.tier({ ...options, client, timeoutMs: 600_000, clock: { ...systemClock, after: never } });
    const writing = write(slow, key, born);
    await Promise.race([stands, writing]);
    writers.push({ command, key, slow, client, thaw, writing, isFrozen: hasFrozen() });
  }
  const event = await tier.invalidate(request);
  await reapAll(tier, event, 100);
  // All that tells of the event goes: it leaves the head, and a process that has not seen the log goes by what is stored.
  for (let at = 0; at < 10; at++) await tier.invalidate({ kind: 'keys', values: [filler], soft: false });
  await tier.settled();
  await sweepAll(tier, 100);
  for (const { command, key, slow, client, thaw, writing, isFrozen } of writers) {
    thaw();
    await writing;
    const where = `frozen before command ${command}, ${JSON.stringify(request)}`;
    const seen = [await textIn(table.tier(options), key), await textIn(tier, key), await textIn(slow, key)];
    const stale = isFrozen ? 'old stale' : 'late stale';
    const dead = request.soft ? [undefined, stale] : [undefined];
    expect(new Set(seen).size, where).toBe(1);
    expect(dead, where).toContain(seen[0]);
    client.destroy();
  }
  return writers.filter(({ isFrozen }) => isFrozen).length;
}

it.each(
  Object.entries(writes),
)('A process that is frozen before any command of a %s stores nothing that was invalidated meanwhile', async (_, write) => {
  for (const situation of situations) {
    const frozen = await freeze(write, situation);
    expect(frozen).toBeGreaterThan(4);
    expect(frozen).toBeLessThan(keys.length);
  }
});
