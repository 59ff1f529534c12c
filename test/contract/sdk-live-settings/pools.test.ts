import genericPool from 'generic-pool';
import mysql from 'mysql2';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import { monitorPool } from '../../../lib/sdk/database.ts';
import { pools } from '../../../lib/sdk/live-settings/effects/pools.ts';
import { ownErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

const ending: (() => unknown)[] = [];
afterEach(async () => {
  pools(undefined);
  for (const end of ending.splice(0)) await end();
});

const resources = (max: number) =>
  genericPool.createPool({ create: async () => ({}), destroy: async () => {} }, { max });

it('lets those in who wait for a connection, and no more than before when it is taken back', async () => {
  const pool = resources(1);
  const monitor = monitorPool(pool, { name: 'main' });
  ending.push(() => monitor.stop());
  const first = await pool.acquire();
  const waiting = pool.acquire();
  expect(monitor.stats()).toMatchObject({ size: 1, inUse: 1, waiting: 1 });
  pools([{ pool: 'main', size: 2 }]);
  const second = await waiting;
  expect(monitor.stats()).toMatchObject({ size: 2, inUse: 2, waiting: 0 });
  pools(undefined);
  expect(monitor.stats().size).toBe(1);
  await pool.release(first);
  await pool.release(second);
});

it('resizes pools that come later, each by its name, and gives them back as they were', () => {
  pools([
    { pool: 'pg-main', size: 7 },
    { pool: 'mysql-main', size: 8 },
  ]);
  const postgres = new pg.Pool({ max: 3 });
  const mariadb = mysql.createPool({ connectionLimit: 4 });
  ending.push(
    () => postgres.end(),
    () => mariadb.end(),
  );
  const monitors = [
    monitorPool(postgres, { name: 'pg-main' }),
    monitorPool(mariadb, { name: 'mysql-main' }),
    monitorPool(resources(5), { name: 'other' }),
  ];
  const sizes = () => monitors.map((monitor) => monitor.stats().size);
  expect(sizes()).toEqual([7, 8, 5]);
  pools([{ pool: 'mysql-main', size: 9 }]);
  expect(sizes()).toEqual([3, 9, 5]);
  for (const monitor of monitors) monitor.stop();
  expect(sizes()).toEqual([3, 4, 5]);
});

it('leaves a size that the service itself has set meanwhile', () => {
  const postgres = new pg.Pool({ max: 3 });
  ending.push(() => postgres.end());
  const monitor = monitorPool(postgres, { name: 'main' });
  ending.push(() => monitor.stop());
  pools([{ pool: 'main', size: 7 }]);
  postgres.options.max = 20;
  pools(undefined);
  expect(monitor.stats().size).toBe(20);
});

it('says of a pool that cannot be resized that it cannot, once', async () => {
  const { DatabaseSync } = await import('node:sqlite');
  const database = new DatabaseSync(':memory:');
  ending.push(() => database.close());
  const monitor = monitorPool(database, { name: 'file' });
  ending.push(() => monitor.stop());
  const before = ownErrors.count;
  pools([{ pool: 'file', size: 7 }]);
  pools([{ pool: 'file', size: 8 }]);
  expect(ownErrors.count).toBe(before + 1);
});
