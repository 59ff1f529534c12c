import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import { monitorPool, type PoolMonitor } from '../../../lib/sdk/database.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';
import { closeWindow } from './pool-suite.ts';

/** What both drivers have; the second has no types. */
type Database = Pick<DatabaseSync, 'exec' | 'close' | 'prepare'>;
const BetterSqlite: new (path: string, options: { timeout: number }) => Database = createRequire(import.meta.url)(
  'better-sqlite3',
);

const waitMs = 50;
const kinds: Record<string, (path: string) => Database> = {
  'node:sqlite': (path) => new DatabaseSync(path, { timeout: waitMs }),
  'better-sqlite3': (path) => new BetterSqlite(path, { timeout: waitMs }),
};

describe.each(Object.entries(kinds))('monitorPool of %s', (_, open) => {
  const folder = temporaryDirectory();
  const opened: Database[] = [];
  let monitor: PoolMonitor;
  const openDatabase = (): Database => {
    const database = open(join(folder, 'test.db'));
    opened.push(database);
    return database;
  };

  afterEach(() => {
    monitor.stop();
    for (const database of opened.splice(0)) database.close();
    rmSync(join(folder, 'test.db'), { force: true });
  });

  it('takes it for a pool of one', () => {
    const database = openDatabase();
    monitor = monitorPool(database);
    expect(monitor.stats()).toMatchObject({
      pool: 'sqlite',
      system: 'sqlite',
      size: 1,
      open: 1,
      inUse: 0,
      peakInUse: 0,
    });
    database.exec('CREATE TABLE t (a)');
    expect(database.prepare('INSERT INTO t VALUES (?)').run(1)).toMatchObject({ changes: 1 });
    expect(database.prepare('SELECT a FROM t').all()).toEqual([{ a: 1 }]);
    database.exec('BEGIN');
    expect(monitor.stats()).toMatchObject({ inUse: 1, peakInUse: 1, timeouts: 0, errors: 0 });
    database.exec('COMMIT');
    expect(closeWindow()).toMatchObject({ open: 1, inUse: 0, peakInUse: 1 });
    expect(closeWindow()).toMatchObject({ peakInUse: 0 });
  });

  it('counts the calls that found it locked for too long, with the time that they waited', () => {
    const [database, other] = [openDatabase(), openDatabase()];
    database.exec('CREATE TABLE t (a)');
    const insert = other.prepare('INSERT INTO t VALUES (?)');
    monitor = monitorPool(database);
    other.exec('BEGIN IMMEDIATE');
    insert.run(1);
    expect(() => database.exec('INSERT INTO t VALUES (1)')).toThrow(/locked/);
    expect(() => database.prepare('INSERT INTO t VALUES (?)').run(1)).toThrow(/locked/);
    expect(() => database.prepare('nonsense')).toThrow(/syntax/);
    expect(monitor.stats()).toMatchObject({ timeouts: 2, errors: 0 });
    expect(monitor.stats().avgWaitMs).toBeGreaterThanOrEqual(waitMs * 0.9);
    other.exec('ROLLBACK');
  });

  it('checks that it answers, and says when it is closed', async () => {
    const database = openDatabase();
    monitor = monitorPool(database, { healthCheckMs: 100 });
    await expect.poll(() => monitor.stats().checks).toBeGreaterThan(0);
    expect(monitor.stats().failedChecks).toBe(0);
    opened.pop();
    database.close();
    expect(closeWindow()).toMatchObject({ open: 0 });
    expect(() => closeWindow()).toThrow();
  });

  it('leaves nothing of itself when it is stopped', () => {
    const database = openDatabase();
    monitor = monitorPool(database);
    monitor.stop();
    expect(['exec', 'prepare'].filter((name) => Object.hasOwn(database, name))).toEqual([]);
  });
});
