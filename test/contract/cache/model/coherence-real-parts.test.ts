import { expect, it } from 'vitest';
import { useRedisServer } from '../../../support/redis-server.ts';
import { tableName, useCacheTable } from '../dynamo-tables.ts';
import { type Command, plan } from './commands.ts';
import { createdCache } from './created-cache.ts';
import { COMMANDS, tryHistories } from './histories.ts';
import { RealStores } from './real-stores.ts';

/** More by `MODEL_RUNS`, of which one takes about 150 ms. */
const RUNS = Number(process.env.MODEL_RUNS ?? 100);
const LONG_MS = 600_000;
const AHEAD_MS = 10_000;
const redis = useRedisServer();
const table = useCacheTable('dynoxide');

/** The servers' time does not pass with that of the processes: what expires would do so at other times for each. */
const longLived = (command: Command): Command => ('ttlMs' in command ? { ...command, ttlMs: LONG_MS } : command);

it(
  `keeps its promises in ${RUNS} random histories over real servers`,
  async () => {
    const { seed, runs, figures, failure } = await tryHistories(createdCache, RUNS, undefined, {
      plans: plan(COMMANDS)
        .filter(({ tiers }) => tiers !== 'memory')
        .map((each) => ({ ...each, commands: each.commands.map(longLived) })),
      open: (name, _now, _taken, work) =>
        new RealStores({ redis: redis.client, dynamo: table.client, tableName }, name, work),
      // Ahead of the servers' time, so that what they end now has ended for the processes.
      firstMs: () => Date.now() + AHEAD_MS,
    });
    console.log(`model of the cache over real servers: seed ${seed}, ${runs} histories, ${JSON.stringify(figures)}`);
    expect(failure, `seed ${seed}`).toBeUndefined();
    expect(figures.hits).toBeGreaterThan(figures.lookups / 10);
  },
  120_000 + RUNS * 2_000,
);
