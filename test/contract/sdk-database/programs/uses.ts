import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';

/** The types of these packages are not what is tried here, and one host and one package have none. */
// biome-ignore lint/suspicious/noExplicitAny: see above
type Untyped = any;

/** The packages, however the host has loaded them. */
export type Drivers = Record<'pg' | 'mysql' | 'mysqlPromise' | 'mongodb' | 'ioredis' | 'BetterSqlite', Untyped>;

export interface Servers {
  readonly postgresql: string;
  readonly mariadb: { socketPath: string; user: string; database: string };
  readonly mongodb: string;
  readonly redis: string;
}

/** Ways to ask a database, each told by what comes back. */
export type Uses = Record<string, () => unknown>;

/** What a callback is given, as a list. */
const calledBack = (call: (callback: (...results: unknown[]) => void) => void): Promise<unknown[]> =>
  new Promise((resolve) => call((error, ...results) => resolve([messageOf(error), ...results])));

/** What the process is told of an error that nobody handles. */
async function unhandled(event: 'unhandledRejection' | 'uncaughtException', ask: () => unknown): Promise<unknown> {
  const told = new Promise((resolve) => process.once(event, (error: unknown) => resolve(messageOf(error))));
  ask();
  return told;
}

export const messageOf = (error: unknown): unknown =>
  error instanceof Error ? `${error.constructor.name}: ${error.message}` : error;

function postgresql(pg: Drivers['pg'], url: string): [Uses, () => Promise<void>] {
  const pool = new pg.Pool({ connectionString: url, max: 2 });
  const uses: Uses = {
    'pg-promise': async () => (await pool.query('SELECT id FROM items WHERE id < $1 ORDER BY id', [3])).rows,
    'pg-config': async () => (await pool.query({ text: 'SELECT $1::int AS n', values: [7], rowMode: 'array' })).rows,
    'pg-callback': () =>
      calledBack((done) => pool.query('SELECT 5 AS five', (e: unknown, r: Untyped) => done(e, r.rows))),
    'pg-several': async () => (await pool.query("SELECT 'a' AS a; SELECT 2 AS b")).map(({ rows }: Untyped) => rows),
    'pg-insert': async () => (await pool.query('INSERT INTO items VALUES (90), (91)')).rowCount,
    'pg-wrong': () => pool.query('SELECT * FROM nowhere'),
    'pg-nothing': () => pool.query(null),
    'pg-unhandled': () => unhandled('unhandledRejection', () => pool.query('SELECT * FROM nowhere')),
    'pg-client': async () => {
      const client = await pool.connect();
      try {
        await client.query('BEGIN');
        return (await client.query('SELECT count(*)::int AS n FROM items WHERE id < 10')).rows;
      } finally {
        await client.query('ROLLBACK');
        client.release();
      }
    },
    'pg-events': async () => {
      const client = await pool.connect();
      const rows: unknown[] = [];
      const query = client.query(new pg.Query('SELECT id FROM items WHERE id < 4 ORDER BY id'));
      query.on('row', (row: unknown) => rows.push(row));
      await once(query, 'end');
      client.release();
      return [rows, Object.keys(query).includes('handleError')];
    },
    'pg-nested': () =>
      calledBack((done) =>
        pool.connect((error: unknown, client: Untyped, release: () => void) => {
          client.query('SELECT 1 AS outer', () =>
            client.query('SELECT 2 AS inner', (_: unknown, { rows }: Untyped) => {
              release();
              done(error, rows);
            }),
          );
        }),
      ),
  };
  return [uses, () => pool.end()];
}

function mysql({ mysql, mysqlPromise }: Drivers, connection: Servers['mariadb']): [Uses, () => Promise<void>] {
  const pool = mysql.createPool({ ...connection, connectionLimit: 2 });
  const promised = mysqlPromise.createPool({ ...connection, connectionLimit: 2 });
  const withConnection = async (use: (connection: Untyped) => Promise<unknown>): Promise<unknown> => {
    const one = mysql.createConnection(connection);
    try {
      return await use(one);
    } finally {
      one.end();
    }
  };
  const uses: Uses = {
    'mysql-promise': async () => (await promised.query('SELECT id FROM items WHERE id < ? ORDER BY id', [3]))[0],
    'mysql-execute': async () => (await promised.execute('SELECT id FROM items WHERE id = ?', [2]))[0],
    'mysql-callback': () =>
      calledBack((done) => pool.query('SELECT 5 AS five', (e: unknown, rows: unknown) => done(e, rows))),
    'mysql-insert': async () => (await promised.execute('INSERT INTO items VALUES (?), (?)', [90, 91]))[0].affectedRows,
    'mysql-options': async () => (await promised.query({ sql: 'SELECT ? AS n', values: [7], rowsAsArray: true }))[0],
    'mysql-wrong': () => promised.query('SELECT * FROM nowhere'),
    'mysql-wrong-execute': () => promised.execute('SELECT * FROM nowhere'),
    'mysql-undefined': () => promised.execute('SELECT ?', [undefined]),
    'mysql-stream': () =>
      withConnection(async (one) => {
        const rows: unknown[] = [];
        for await (const row of one.query('SELECT id FROM items WHERE id < 5 ORDER BY id').stream()) rows.push(row);
        return rows;
      }),
    'mysql-wrong-stream': () =>
      withConnection(async (one) => {
        const [error] = await once(one.query('SELECT * FROM nowhere'), 'error').catch((caught) => [caught]);
        return messageOf(error);
      }),
    'mysql-unheard': async () => {
      const one = mysql.createConnection(connection);
      try {
        return await unhandled('uncaughtException', () => one.query('SELECT * FROM nowhere'));
      } finally {
        one.destroy();
      }
    },
    'mysql-prepared': () =>
      withConnection(
        (one) =>
          new Promise((resolve) => {
            one.prepare('SELECT id FROM items WHERE id > ? AND id < 4', (_: unknown, statement: Untyped) =>
              statement.execute([1], (error: unknown, rows: unknown) => resolve([error, rows])),
            );
          }),
      ),
    'mysql-nested': () =>
      calledBack((done) =>
        pool.getConnection((error: unknown, one: Untyped) => {
          one.query('SELECT 1 AS `outer`', () =>
            one.query('SELECT 2 AS `inner`', (_: unknown, rows: unknown) => {
              one.release();
              done(error, rows);
            }),
          );
        }),
      ),
  };
  const end = async (): Promise<void> => {
    await promised.end();
    await new Promise((resolve) => pool.end(resolve));
  };
  return [uses, end];
}

function redis({ Redis }: Drivers['ioredis'], url: string): [Uses, () => Promise<void>] {
  const client = new Redis(url);
  const uses: Uses = {
    'redis-set': () => client.set('secret-key', 'secret-value'),
    'redis-get': () => client.get('secret-key'),
    'redis-callback': () => calledBack((done) => client.get('secret-key', done)),
    'redis-pipeline': () => client.pipeline().set('a', 1).get('a').get('b').exec(),
    'redis-multi': () => client.multi().incr('n').incr('n').exec(),
    'redis-wrong': () => client.call('HGET', 'secret-key'),
    'redis-unhandled': () => unhandled('unhandledRejection', () => client.call('HGET', 'secret-key')),
    'redis-type': () => client.lpush('secret-key', 'x'),
    'redis-late': async () => {
      const late = new Redis(url, { lazyConnect: true });
      try {
        return await Promise.all([late.get('a'), late.get('b')]);
      } finally {
        late.disconnect();
      }
    },
    'redis-script': () => client.eval('return {KEYS[1], ARGV[1]}', 1, 'secret-key', 'x'),
  };
  return [uses, () => client.quit()];
}

function mongodb({ MongoClient }: Drivers['mongodb'], url: string): [Uses, () => Promise<void>] {
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 5_000 });
  const items = client.db().collection('items');
  const documents = Array.from({ length: 5 }, (_, id) => ({ _id: id, kind: id % 2 === 0 ? 'even' : 'odd' }));
  const uses: Uses = {
    'mongodb-insert': () => items.insertMany(documents),
    'mongodb-find': () =>
      items
        .find({ kind: 'even' }, { projection: { kind: 1 } })
        .sort({ _id: 1 })
        .toArray(),
    'mongodb-one': () => items.findOne({ _id: 3 }),
    'mongodb-batches': () => items.find({}, { batchSize: 2 }).toArray(),
    'mongodb-update': async () => (await items.updateMany({ kind: 'odd' }, { $set: { odd: true } })).modifiedCount,
    'mongodb-delete': async () => (await items.deleteOne({ _id: 4 })).deletedCount,
    'mongodb-unhandled': () => unhandled('unhandledRejection', () => client.db().command({ nonsense: 1 })),
    'mongodb-wrong': () => client.db().command({ nonsense: 'secret' }),
  };
  return [uses, () => client.close()];
}

function betterSqlite(Database: Drivers['BetterSqlite']): [Uses, () => Promise<void>] {
  const database = new Database(':memory:');
  const uses: Uses = {
    'better-exec': () => database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1), (2), (3)').open,
    'better-all': () => database.prepare('SELECT a FROM t WHERE a > ?').all(1),
    'better-get': () => database.prepare('SELECT a FROM t WHERE a = $a').pluck().get({ a: 2 }),
    'better-run': () => database.prepare('DELETE FROM t WHERE a = ?').run(3).changes,
    'better-iterate': () => [...database.prepare('SELECT a FROM t ORDER BY a').raw().iterate()],
    'better-break': () => {
      for (const row of database.prepare('SELECT a FROM t ORDER BY a').iterate()) return row;
      return undefined;
    },
    'better-transaction': () =>
      database.transaction((a: number) => database.prepare('INSERT INTO t VALUES (?)').run(a))(9),
    'better-wrong': () => database.prepare('SELEKT'),
  };
  return [uses, async () => database.close()];
}

function nodeSqlite(): [Uses, () => Promise<void>] {
  const database = new DatabaseSync(':memory:');
  return [{ 'node-sqlite': () => database.prepare('SELECT ? AS a').all(1) }, async () => database.close()];
}

/**
 * Of pools of one connection: asked at the same time, each waits for what the others give back. The pool calls them then, on
 * behalf of whoever gave it back.
 */
function together({ pg, mysql }: Drivers, servers: Servers): [Uses, () => Promise<void>] {
  const pools: Record<string, Untyped> = {
    pg: new pg.Pool({ connectionString: servers.postgresql, max: 1 }),
    mysql: mysql.createPool({ ...servers.mariadb, connectionLimit: 1 }),
  };
  const uses: Uses = {};
  for (const [driver, pool] of Object.entries(pools)) {
    for (const turn of ['one', 'two', 'three']) {
      const ask = () => calledBack((done) => pool.query(`SELECT 1 AS ${turn}`, (error: unknown) => done(error)));
      uses[`together-${driver}-${turn}`] = async () => [await ask(), await ask()];
    }
  }
  return [
    uses,
    () => Promise.all(Object.values(pools).map((pool) => new Promise((resolve) => pool.end(resolve)))).then(),
  ];
}

/** @returns the ways, and what ends them all */
export function allUses(drivers: Drivers, servers: Servers): [Uses, () => Promise<void>] {
  const parts = [
    postgresql(drivers.pg, servers.postgresql),
    mysql(drivers, servers.mariadb),
    redis(drivers.ioredis, servers.redis),
    mongodb(drivers.mongodb, servers.mongodb),
    betterSqlite(drivers.BetterSqlite),
    nodeSqlite(),
    together(drivers, servers),
  ];
  return [
    Object.assign({}, ...parts.map(([uses]) => uses)),
    async () => {
      for (const [, end] of parts) await end();
    },
  ];
}
