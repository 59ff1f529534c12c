import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import type { DatabaseSettings } from '../../../lib/contracts/databases.ts';
import type { ChangeOf } from '../../../lib/contracts/optimizations.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { IndexApplier } from '../../../lib/optimization/databases/index-applier.ts';
import { DatabaseService } from '../../../lib/optimization/databases/service.ts';
import { queryAdviceSource } from '../../../lib/optimization/databases/situation-source.ts';
import { indexModule } from '../../../lib/optimization/modules/database/index-module.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import type { TelemetryAggregate } from '../../../lib/telemetry/aggregate.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { situationOf } from '../../support/optimization/situation.ts';
import { usePostgresql } from '../../support/postgresql-server.ts';
import { aggregateOf, endpointWindow, noon, queryWindow, telemetryWindow } from '../../support/telemetry-batches.ts';

const postgresql = usePostgresql();
const directory = mkdtempSync(join(tmpdir(), 'headroom-databases-'));
const file = join(directory, 'shop.sqlite');
let dynamoDb: TestDynamoDb;
let parts: TestParts;
let databases: DatabaseService;
let applier: IndexApplier;
/** What stands in the databases without Headroom: over connections that stay. */
let client: pg.Client;
let sqlite: DatabaseSync;

beforeAll(async () => {
  client = new pg.Client(postgresql.url);
  await client.connect();
  sqlite = new DatabaseSync(file);
  // Whether it outlives a loss of power is not what these tests are about.
  sqlite.exec('PRAGMA synchronous = OFF');
  dynamoDb = await startTestDynamoDb();
  parts = await dynamoDb.createParts();
  const projects = new ProjectService(parts);
  databases = new DatabaseService(parts, projects, {
    takesLocal: true,
    environment: { HEADROOM_DATABASE_SHOP: postgresql.url },
    readSecret: async () => '',
    limits: { connectMs: 5_000, lockMs: 300, statementMs: 20_000 },
  });
  applier = new IndexApplier(databases);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
});
afterAll(async () => {
  await dynamoDb.stop();
  await client.end();
  sqlite.close();
  rmSync(directory, { recursive: true });
});

const inPostgresql = async (sql: string): Promise<Record<string, unknown>[]> => (await client.query(sql)).rows;

async function inSqlite(sql: string): Promise<Record<string, unknown>[]> {
  if (/^SELECT/i.test(sql)) return sqlite.prepare(sql).all();
  sqlite.exec(sql);
  return [];
}

interface Tested {
  settings: () => DatabaseSettings;
  run(sql: string): Promise<Record<string, unknown>[]>;
  indexNames: string;
}
const tested: Record<string, Tested> = {
  sqlite: {
    settings: () => ({ system: 'sqlite', path: file }),
    run: inSqlite,
    indexNames: "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
  },
  postgresql: {
    settings: () => ({ system: 'postgresql', connection: { environment: 'HEADROOM_DATABASE_SHOP' } }),
    run: inPostgresql,
    indexNames: "SELECT indexname AS name FROM pg_indexes WHERE tablename = 'orders' AND indexname NOT LIKE '%pkey'",
  },
};

const emptyOrders =
  'DROP TABLE IF EXISTS orders; CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, status TEXT, total REAL)';

const changeTo = (create: string, name = 'orders_customer_id_idx'): ChangeOf<'index'> => ({
  kind: 'index',
  database: 'main',
  name,
  create,
  drop: `DROP INDEX ${name}`,
});
const plain = changeTo('CREATE INDEX orders_customer_id_idx ON orders (customer_id)');

describe.each(Object.entries(tested))('Indexes in %s', (_, { settings, run, indexNames }) => {
  const names = async () => (await run(indexNames)).map(({ name }) => name);

  beforeAll(() => databases.put('shop', 'main', settings()));
  beforeEach(() => run(emptyOrders));

  it.each([
    plain,
    changeTo(
      "CREATE INDEX orders_open_idx ON orders (customer_id, total DESC) WHERE status = 'open'",
      'orders_open_idx',
    ),
    changeTo('CREATE INDEX orders_lower_idx ON orders (lower(status), id);', 'orders_lower_idx'),
    changeTo('CREATE INDEX "Orders by total" ON "orders" ("total")', 'Orders by total'),
  ])('are created, seen and dropped: $create', async (change) => {
    const none = await applier.read('shop', change);
    expect(none).toEqual({ value: null });
    const made = await applier.write('shop', change, change.create, none);
    expect(made).toEqual({ value: change.create });
    expect(await names()).toEqual([change.name]);
    expect(await applier.read('shop', change)).toEqual({ value: change.create });
    expect(await applier.write('shop', change, null, made)).toEqual({ value: null });
    expect(await names()).toEqual([]);
  });

  it('come to the same however often they are written', async () => {
    const none = { value: null };
    for (let i = 0; i < 3; i++) await applier.write('shop', plain, plain.create, none);
    expect(await names()).toEqual([plain.name]);
    for (let i = 0; i < 3; i++) await applier.write('shop', plain, null, { value: plain.create });
    expect(await names()).toEqual([]);
  });

  it('of somebody else are told of, and neither replaced nor dropped', async () => {
    await run('CREATE INDEX orders_customer_id_idx ON orders (customer_id, status)');
    const held = await applier.read('shop', plain);
    expect(held.value).toContain('status');
    await expect(applier.write('shop', plain, plain.create, { value: null })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(applier.write('shop', plain, null, held)).rejects.toMatchObject({ code: 'conflict' });
    expect(await names()).toEqual([plain.name]);
  });

  it('of tables and columns that are not there are refused', async () => {
    const elsewhere = changeTo('CREATE INDEX orders_customer_id_idx ON nowhere (customer_id)');
    await expect(applier.read('shop', elsewhere)).rejects.toMatchObject({ code: 'not-found' });
    const column = changeTo('CREATE INDEX orders_customer_id_idx ON orders (nothing)');
    await expect(applier.write('shop', column, column.create, { value: null })).rejects.toMatchObject({
      code: expect.stringMatching(/not-found|unavailable/),
    });
    expect(await names()).toEqual([]);
  });

  it.each([
    'CREATE INDEX orders_customer_id_idx ON orders (customer_id); DROP TABLE orders',
    'DROP TABLE orders',
    'CREATE UNIQUE INDEX orders_customer_id_idx ON orders (customer_id)',
    'CREATE TABLE x (a)',
    'CREATE INDEX ON orders (customer_id)',
    '',
  ])('are all that is created: %j is not run', async (create) => {
    const change = changeTo(create);
    await expect(applier.write('shop', change, create, { value: null })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(await names()).toEqual([]);
  });

  it('are found in the schema, with the tables', async () => {
    await applier.write('shop', plain, plain.create, { value: null });
    const schema = await databases.within('shop', 'main', (database) => database.schema(10_000));
    expect(schema).toMatch(/CREATE TABLE orders \(.*customer_id/i);
    expect(schema).toMatch(/INDEX orders_customer_id_idx/);
    expect(await databases.within('shop', 'main', (database) => database.schema(10))).toBe('');
  });
});

describe('The module for indexes', () => {
  const slow = (fingerprint: string, system: string, ms = 60) =>
    aggregateOf([
      telemetryWindow({
        endpoints: [endpointWindow('GET /orders', { ms: ms + 5 })],
        queries: [queryWindow(fingerprint, { system, endpoint: 'GET /orders', ms })],
      }),
    ]);
  const plannedFor = async (telemetry: TelemetryAggregate) => {
    const period = { from: noon - 3_600_000, to: noon };
    const { project, thresholds } = situationOf();
    const known = await queryAdviceSource(databases).read(project, Promise.resolve(telemetry));
    const { bottlenecks } = analyse(telemetry, thresholds, period);
    return indexModule.plan(situationOf({ telemetry, bottlenecks, ...known }));
  };

  beforeEach(async () => {
    for (const name of ['main', 'other', 'far']) await databases.delete('shop', name).catch(() => {});
  });

  it.each(Object.entries(tested))('finds one, which is created, seen, and dropped: %s', async (system, {
    settings,
    run,
  }) => {
    await run(emptyOrders);
    await databases.put('shop', 'main', settings());
    const telemetry = slow('SELECT * FROM orders WHERE customer_id = ? AND status = ?', system);
    const [proposal, ...others] = await plannedFor(telemetry);
    expect(others).toEqual([]);
    expect(proposal).toMatchObject({
      changes: [{ kind: 'index', database: 'main', name: 'orders_customer_id_status_idx' }],
      expectedImpactPercent: expect.closeTo(92.3, 1),
    });
    const change = proposal?.changes[0] as ChangeOf<'index'>;
    const held = await applier.read('shop', change);
    const made = await applier.write('shop', change, change.create, held);
    expect(await plannedFor(telemetry)).toEqual([]);
    await applier.write('shop', change, null, made);
    expect(await plannedFor(telemetry)).toHaveLength(1);
  });

  it('gives a migration where no database is registered, or more than one could be it', async () => {
    const telemetry = slow('SELECT * FROM orders WHERE customer_id = ?', 'postgresql');
    const migration = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_customer_id_idx ON orders (customer_id);';
    expect(await plannedFor(telemetry)).toMatchObject([{ changes: [], migration }]);
    for (const name of ['main', 'other']) {
      await databases.put('shop', name, tested.postgresql?.settings() as DatabaseSettings);
    }
    expect(await plannedFor(telemetry)).toMatchObject([{ changes: [], migration }]);
  });

  it('advises on databases that it cannot change', async () => {
    const telemetry = slow('SELECT * FROM `orders` WHERE `customer_id` = ?', 'mysql');
    expect(await plannedFor(telemetry)).toMatchObject([
      { changes: [], migration: 'CREATE INDEX orders_customer_id_idx ON orders (customer_id);' },
    ]);
  });

  it('finds nothing where queries are quick, or few, or read everything', async () => {
    expect(await plannedFor(slow('SELECT * FROM orders WHERE customer_id = ?', 'sqlite', 0.2))).toEqual([]);
    expect(await plannedFor(slow('SELECT * FROM orders', 'sqlite'))).toEqual([]);
    const few = aggregateOf([
      telemetryWindow({ queries: [queryWindow('SELECT * FROM orders WHERE a = ?', { queries: 5, ms: 50 })] }),
    ]);
    expect(await plannedFor(few)).toEqual([]);
  });
});

describe('An index in PostgreSQL', () => {
  beforeAll(() => databases.put('shop', 'main', tested.postgresql?.settings() as DatabaseSettings));
  beforeEach(() => inPostgresql(emptyOrders));

  const cutOff = async (create: string) => {
    await inPostgresql(create);
    await inPostgresql("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'orders_customer_id_idx'::regclass");
  };
  const states = () =>
    inPostgresql("SELECT indisvalid FROM pg_index WHERE indrelid = 'orders'::regclass AND NOT indisprimary");

  it('whose build was cut off is told as invalid, and built anew', async () => {
    await cutOff(plain.create);
    const held = await applier.read('shop', plain);
    expect(held).toEqual({ value: expect.stringMatching(/^CREATE INDEX .* -- invalid/), isPartial: true });
    expect(await applier.write('shop', plain, plain.create, held)).toEqual({ value: plain.create });
    expect(await states()).toEqual([{ indisvalid: true }]);
  });

  it('whose build was cut off is dropped where it is to be put back', async () => {
    await cutOff(plain.create);
    expect(await applier.write('shop', plain, null, { value: plain.create })).toEqual({ value: null });
    expect(await states()).toEqual([]);
  });

  it('of somebody else is left alone, also where its build was cut off', async () => {
    await cutOff('CREATE INDEX orders_customer_id_idx ON orders (customer_id, status)');
    const held = await applier.read('shop', plain);
    expect(held.isPartial).toBeUndefined();
    await expect(applier.write('shop', plain, plain.create, held)).rejects.toMatchObject({ code: 'conflict' });
    expect(await states()).toEqual([{ indisvalid: false }]);
  });

  it('that can never be built is refused for good', async () => {
    // 42704: the type has no operator class for the method.
    await inPostgresql('ALTER TABLE orders ADD COLUMN place point');
    const change = changeTo('CREATE INDEX orders_place_idx ON orders (place)', 'orders_place_idx');
    await expect(applier.write('shop', change, change.create, { value: null })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  it('is found in the schema that its table is in', async () => {
    await inPostgresql('CREATE SCHEMA IF NOT EXISTS sales');
    await inPostgresql('CREATE TABLE IF NOT EXISTS sales.orders (id INTEGER, customer_id INTEGER)');
    const change = changeTo('CREATE INDEX orders_customer_id_idx ON sales.orders (customer_id)');
    const made = await applier.write('shop', change, change.create, { value: null });
    expect(await applier.read('shop', plain)).toEqual({ value: null });
    await applier.write('shop', change, null, made);
    expect(await applier.read('shop', change)).toEqual({ value: null });
  });

  it('is not created where a table has its name', async () => {
    await inPostgresql('DROP TABLE IF EXISTS orders_customer_id_idx');
    await inPostgresql('CREATE TABLE orders_customer_id_idx (a INTEGER)');
    await expect(applier.write('shop', plain, plain.create, { value: null })).rejects.toMatchObject({
      code: 'conflict',
    });
    await inPostgresql('DROP TABLE orders_customer_id_idx');
  });
});

describe('Registered databases', () => {
  const secret = 'xq7-secret';
  const withPassword: DatabaseSettings = {
    system: 'postgresql',
    connection: { url: `postgres://owner:${secret}@127.0.0.1:9/shop` },
  };

  it('are registered whether or not they answer, which is said', async () => {
    expect(await databases.put('shop', 'main', { system: 'sqlite', path: file })).toMatchObject({
      name: 'main',
      location: file,
      isReachable: true,
    });
    const told = await databases.put('shop', 'far', withPassword);
    expect(told).toMatchObject({ isReachable: false, detail: expect.stringContaining('the connection was refused') });
    expect((await databases.list('shop')).map(({ name }) => name)).toEqual(['main', 'far']);
  });

  it('never show their passwords', async () => {
    const told = await databases.put('shop', 'far', withPassword);
    expect(told.location).toBe('127.0.0.1:9/shop');
    expect(JSON.stringify([told, await databases.list('shop'), await databases.get('shop', 'far')])).not.toContain(
      secret,
    );
    const error = await databases.within('shop', 'far', async () => {}).catch((thrown: Error) => thrown);
    expect(String(error)).not.toContain(secret);
  });

  it('are no files and no passwords where the platform is not on one’s own machine', async () => {
    const projects = new ProjectService(parts);
    const deployed = new DatabaseService(parts, projects, { environment: {}, readSecret: async () => '' });
    await expect(deployed.put('shop', 'main', { system: 'sqlite', path: file })).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.path' }],
    });
    await expect(deployed.put('shop', 'main', withPassword)).rejects.toMatchObject({ code: 'invalid-request' });
    const referred = { system: 'postgresql', connection: { environment: 'HEADROOM_DATABASE_GONE' } } as const;
    expect(await deployed.put('shop', 'gone', referred)).toMatchObject({
      isReachable: false,
      detail: expect.stringContaining('HEADROOM_DATABASE_GONE holds no URL'),
    });
  });

  it('are not made where there is none, nor taken for one', async () => {
    for (const path of [join(directory, 'missing.sqlite'), directory]) {
      expect(await databases.put('shop', 'missing', { system: 'sqlite', path })).toMatchObject({ isReachable: false });
    }
    const text = join(directory, 'text.sqlite');
    writeFileSync(text, 'Something else altogether');
    expect(await databases.put('shop', 'text', { system: 'sqlite', path: text })).toMatchObject({
      isReachable: false,
      detail: expect.stringContaining("is not SQLite's"),
    });
  });

  it('are taken away, and their indexes stay', async () => {
    await databases.put('shop', 'other', { system: 'sqlite', path: file });
    await databases.delete('shop', 'other');
    await expect(databases.get('shop', 'other')).rejects.toMatchObject({ code: 'not-found' });
    await expect(databases.delete('shop', 'other')).rejects.toMatchObject({ code: 'not-found' });
  });
});
