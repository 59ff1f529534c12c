import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../../../lib/sdk/cache.ts';
import { LivingSet } from '../../../../lib/sdk/memory/living-set.ts';
import { addTrimmable, trimAll } from '../../../../lib/sdk/memory/trimmables.ts';
import { ownErrors } from '../../../../lib/sdk/telemetry/own-errors.ts';
import { ObjectPool } from '../../../../lib/sdk/work/object-pool.ts';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

describe('What can be trimmed', () => {
  it('is every cache, of which the least recently used go', async () => {
    const cache = createCache<string>({ namespace: 'trimmed' });
    for (let at = 0; at < 100; at++) await cache.set(`key ${at}`, 'x'.repeat(1_000));
    await cache.get('key 0');
    const before = cache.figures().memory?.bytes ?? 0;
    const { freedBytes } = trimAll(0.5);
    expect(freedBytes).toBeGreaterThan(0.45 * before);
    const { entries = 0, evictions, bytes } = cache.figures().memory ?? {};
    expect([bytes, evictions]).toEqual([before - freedBytes, 100 - entries]);
    expect(entries).toBeGreaterThan(45);
    expect(await cache.get('key 0')).toHaveLength(1_000);
    expect(await cache.get('key 1')).toBeUndefined();
  });

  it('is every pool of objects, of which idle ones go', () => {
    const destroyed: object[] = [];
    const pool = new ObjectPool({ create: () => ({}), destroy: (one) => destroyed.push(one) });
    const used = Array.from({ length: 10 }, () => pool.acquire());
    for (const one of used.slice(0, 8)) pool.release(one);
    trimAll(0.25);
    expect([pool.stats.idle, pool.stats.inUse, destroyed.length]).toEqual([6, 2, 2]);
    trimAll(1);
    expect(pool.stats.idle).toBe(0);
  });

  it('is what was added, until it is taken out; one that throws spares none of the others', () => {
    const asked: number[] = [];
    const errors = ownErrors.count;
    const remove = [
      addTrimmable({
        trim() {
          throw new Error('not now');
        },
      }),
      addTrimmable({ trim: (fraction) => asked.push(fraction) && 70 }),
    ];
    const { trimmables, freedBytes } = trimAll(0.3);
    expect(asked).toEqual([0.3]);
    expect(trimmables).toBeGreaterThanOrEqual(2);
    expect(freedBytes).toBeGreaterThanOrEqual(70);
    expect(ownErrors.count).toBe(errors + 1);
    for (const each of remove) each();
    trimAll(0.3);
    expect(asked).toHaveLength(1);
    for (const fraction of [0, 1.1, Number.NaN]) expect(() => trimAll(fraction)).toThrow(RangeError);
  });

  it('is held by nobody else', async () => {
    const living = new LivingSet<object>();
    const kept = {};
    living.add(kept);
    for (let at = 0; at < 100; at++) living.add({ at });
    // What was dereferenced in a turn lives until its end.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    await new Promise((resolve) => setImmediate(resolve));
    expect([...living]).toEqual([kept]);
  });
});
