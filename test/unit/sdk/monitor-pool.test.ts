import { createPool } from 'generic-pool';
import { afterEach, describe, expect, it } from 'vitest';
import { telemetryLimits } from '../../../lib/contracts/telemetry-limits.ts';
import { monitorPool, type PoolMonitor } from '../../../lib/sdk/database.ts';
import { ownErrors } from '../../../lib/sdk/telemetry/own-errors.ts';
import { windowSources } from '../../../lib/sdk/telemetry/sources.ts';

const monitors: PoolMonitor[] = [];
const poolOf = (create: () => Promise<object> = async () => ({}), max = 2) =>
  createPool({ create, destroy: async () => {} }, { max });
const watch = (...args: Parameters<typeof monitorPool>): PoolMonitor => {
  const monitor = monitorPool(...args);
  monitors.push(monitor);
  return monitor;
};
const windows = () => [...windowSources].flatMap((source) => source.close().pools ?? []);

afterEach(() => {
  for (const monitor of monitors.splice(0)) monitor.stop();
});

describe('monitorPool', () => {
  it.each([
    [{}],
    [null],
    [undefined],
    ['pool'],
    [[]],
    [new Map()],
    [() => {}],
    [{ connect() {}, query() {} }],
  ])('takes no %j for a pool', (value) => {
    expect(() => Reflect.apply(monitorPool, undefined, [value])).toThrow(
      /^monitorPool\(\) takes a pool of pg, mysql2 or generic-pool, a client of mongodb or ioredis, or a database of SQLite$/,
    );
  });

  it.each([99, 3_600_001, Number.NaN, '200'])('takes no %j for the time between two checks', (healthCheckMs) => {
    const options = { healthCheckMs: healthCheckMs as number };
    expect(() => monitorPool(poolOf(), options)).toThrow(/`healthCheckMs` is a number from 100 to 3600000/);
    expect(windows()).toEqual([]);
  });

  it('gives each pool a name of its own', () => {
    const named = [
      { name: 'orders' },
      { name: 'orders' },
      {},
      {},
      { name: 'x'.repeat(200) },
      { name: 'x'.repeat(200) },
    ];
    const names = named.map((options) => watch(poolOf(), options).stats().pool);
    expect(names).toEqual(['orders', 'orders-2', 'generic', 'generic-2', 'x'.repeat(100), `${'x'.repeat(98)}-2`]);
    expect(windows().map(({ pool }) => pool)).toEqual(names);
  });

  it.each([
    ['7', 7],
    ['many', undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [-1, undefined],
    [2.5, undefined],
  ])('reports a limit of %j as %j', (max, size) => {
    const pool = poolOf();
    Object.defineProperty(pool, 'max', { value: max });
    const monitor = watch(pool);
    expect([monitor.stats().size, windows()[0]?.size]).toEqual([size, size]);
  });

  it('reports no more pools than a window holds, and says so once', () => {
    const before = ownErrors.count;
    for (let i = 0; i < telemetryLimits.pools + 5; i++) watch(poolOf());
    expect(ownErrors.count).toBe(before + 1);
    expect(windows()).toHaveLength(telemetryLimits.pools);
  });

  it('lets go of pools that have ended, also where no window is closed', async () => {
    for (let i = 0; i < telemetryLimits.pools + 1; i++) {
      const pool = poolOf();
      watch(pool);
      await pool.drain();
    }
    expect(windows()).toHaveLength(1);

    for (let i = 0; i < telemetryLimits.pools; i++) watch(poolOf());
    const beyond = poolOf();
    watch(beyond, { name: 'beyond' });
    await beyond.drain();
    windows();
    expect(watch(poolOf(), { name: 'beyond' }).stats().pool).toBe('beyond');
  });

  it('loses one pool of which nothing can be read, and no other', () => {
    const broken = poolOf();
    watch(broken, { name: 'broken' });
    watch(poolOf(), { name: 'whole' });
    Object.defineProperty(broken, '_allObjects', { value: undefined });
    expect(windows().map(({ pool }) => pool)).toEqual(['whole']);
  });

  it('counts what could not be made', async () => {
    let tries = 0;
    const pool = poolOf(async () => {
      if (++tries <= 3) throw new Error('no connection');
      return {};
    }, 1);
    const monitor = watch(pool);
    await pool.release(await pool.acquire());
    expect(monitor.stats()).toMatchObject({ errors: 3, created: 1, acquired: 1, timeouts: 0 });
  });

  it('counts connections beyond those that the pool keeps', async () => {
    const pool = createPool({ create: async () => ({}), destroy: async () => {} }, { min: 1, max: 3 });
    const monitor = watch(pool);
    const taken = [await pool.acquire(), await pool.acquire(), await pool.acquire()];
    for (const each of taken) await pool.destroy(each);
    const { created, closed, overflow } = monitor.stats();
    expect({ overflow, kept: created - closed }).toEqual({ overflow: 2, kept: 1 });
  });

  it('lets the ping that it was given tell that a resource is broken, and has that destroyed', async () => {
    const destroyed: unknown[] = [];
    const pool = createPool({
      create: async () => ({ ok: false }),
      destroy: async (each) => void destroyed.push(each),
    });
    const monitor = watch(pool, {
      healthCheckMs: 100,
      ping: (resource) => {
        if (!(resource as { ok: boolean }).ok) throw new Error('broken');
      },
    });
    await expect.poll(() => monitor.stats().failedChecks).toBeGreaterThan(0);
    expect(destroyed[0]).toEqual({ ok: false });
    expect(monitor.stats().acquired).toBe(0);
  });

  it('asks one that does not answer no second time, and counts each time that it would have', async () => {
    let asked = 0;
    const monitor = watch(poolOf(), {
      healthCheckMs: 100,
      ping: () => {
        asked++;
        return new Promise(() => {});
      },
    });
    await expect.poll(() => monitor.stats().failedChecks).toBeGreaterThan(2);
    expect(asked).toBe(1);
    expect(monitor.stats().failedChecks).toBe(monitor.stats().checks);
  });
});
