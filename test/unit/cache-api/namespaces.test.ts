import { describe, expect, it } from 'vitest';
import { Namespaces } from '../../../lib/cache/namespaces.ts';
import { type OpenNamespace, opener } from '../../../lib/cache/open-namespace.ts';
import type { KnownPolicy } from '../../../lib/cache/policies.ts';
import { cachePolicy } from '../../../lib/contracts/cache-policy.ts';
import { quietLog } from '../../support/history-table.ts';

const policy = cachePolicy.parse({});
const byDefault: KnownPolicy = { policy, revision: 0 };

/** Real caches in memory, and what was closed. */
function namespaces(options: { maxOpen?: number; memoryMb?: number } = {}) {
  const { maxOpen = 3, memoryMb = 16 } = options;
  const closed: string[] = [];
  const open = opener({ tiers: [], memoryMb, log: quietLog });
  return {
    closed,
    namespaces: new Namespaces({
      maxOpen,
      memoryMb,
      open: (namespace, chosen) => {
        const opened = open(namespace, chosen);
        const close = opened.cache.close.bind(opened.cache);
        opened.cache.close = async () => {
          closed.push(namespace);
          await close();
        };
        return opened;
      },
    }),
  };
}

const bytes = (size: number) => ({ bytes: Buffer.alloc(size) });
const usedMb = async ({ cache }: OpenNamespace) => (await cache.stats()).tiers.memory?.usedMb ?? 0;

describe('the namespaces of a process', () => {
  it('are each open once, with what they hold', async () => {
    const { namespaces: all } = namespaces();
    await all.use('a', byDefault, ({ cache }) => cache.set('k', bytes(1)));
    expect(await all.use('a', byDefault, ({ cache }) => cache.get('k'))).toEqual(bytes(1));
    expect(await all.use('b', byDefault, ({ cache }) => cache.get('k'))).toBeUndefined();
    expect(all.size).toBe(2);
  });

  it('give way to others when there are too many, the least recently used first', async () => {
    const { namespaces: all, closed } = namespaces();
    for (const name of ['a', 'b', 'c', 'a', 'd', 'e']) await all.use(name, byDefault, async () => {});
    expect(closed).toEqual(['b', 'c']);
    expect(all.size).toBe(3);
  });

  it('are not closed under those who are at it', async () => {
    const { namespaces: all, closed } = namespaces({ maxOpen: 1 });
    const { promise, resolve } = Promise.withResolvers<void>();
    const first = all.use('a', byDefault, () => promise);
    await all.use('b', byDefault, async () => {});
    expect(closed).toEqual([]);
    resolve();
    await first;
    expect(closed).toEqual(['a']);
  });

  it('are opened anew by a newer policy, once', async () => {
    const { namespaces: all, closed } = namespaces();
    const newer: KnownPolicy = { policy: cachePolicy.parse({ defaultTtlSeconds: 7 }), revision: 1 };
    await all.use('a', byDefault, async () => {});
    for (let turn = 0; turn < 2; turn++) {
      const ttl = await all.use('a', newer, async ({ cache }) => cache.policy.defaultTtlSeconds);
      expect(ttl).toBe(7);
    }
    expect([closed, all.size]).toEqual([['a'], 1]);
  });

  it('share the memory: together they never hold more than they may', async () => {
    const { namespaces: all } = namespaces({ memoryMb: 8 });
    const opened: OpenNamespace[] = [];
    const fill = (name: string) =>
      all.use(name, byDefault, async (one) => {
        if (!opened.includes(one)) opened.push(one);
        for (let at = 0; at < 100; at++) await one.cache.set(`k${at}`, bytes(100_000));
      });
    await fill('a');
    expect(await usedMb(opened[0] as OpenNamespace)).toBeGreaterThan(7);
    for (const name of ['b', 'c', 'a', 'b']) {
      await fill(name);
      const used = await Promise.all(opened.map(usedMb));
      expect(used.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(8);
    }
  });

  it('end what fails like what succeeds', async () => {
    const { namespaces: all, closed } = namespaces({ maxOpen: 1 });
    const failing = all.use('a', byDefault, () => Promise.reject(new Error('as asked')));
    await expect(failing).rejects.toThrow('as asked');
    await all.use('b', byDefault, async () => {});
    expect(closed).toEqual(['a']);
  });
});
