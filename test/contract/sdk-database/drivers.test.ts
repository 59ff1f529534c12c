import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { useMariadb } from '../../support/mariadb-server.ts';
import { MongodbDouble } from '../../support/mongodb/double.ts';
import { usePostgresql } from '../../support/postgresql-server.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { Collector } from '../sdk/collector.ts';
import { environmentFor } from '../sdk/host.ts';

const postgresql = usePostgresql();
const mariadb = useMariadb();
const redis = useRedisServer();

/** Of what a service did: what each way to ask a database came back with. */
type Outcomes = Record<string, { returned?: unknown; threw?: string }>;
/** How often a query was sent by a path, and for how many rows in all. */
type Seen = Record<string, [queries: number, rows: number]>;

/** By path, as it has to be reported. */
const expected: Record<string, Seen> = {
  'pg-promise': { 'SELECT id FROM items WHERE id < ? ORDER BY id': [1, 2] },
  'pg-config': { 'SELECT ?::int AS n': [1, 1] },
  'pg-callback': { 'SELECT ? AS five': [1, 1] },
  'pg-several': { 'SELECT ? AS a; SELECT ? AS b': [1, 2] },
  'pg-insert': { 'INSERT INTO items VALUES (?)': [1, 2] },
  'pg-wrong': { 'SELECT * FROM nowhere': [1, 0] },
  'pg-unhandled': { 'SELECT * FROM nowhere': [1, 0] },
  'pg-client': {
    BEGIN: [1, 0],
    'SELECT count(*)::int AS n FROM items WHERE id < ?': [1, 1],
    ROLLBACK: [1, 0],
  },
  'pg-events': { 'SELECT id FROM items WHERE id < ? ORDER BY id': [1, 3] },
  'pg-nested': { 'SELECT ? AS outer': [1, 1], 'SELECT ? AS inner': [1, 1] },
  'mysql-promise': { 'SELECT id FROM items WHERE id < ? ORDER BY id': [1, 2] },
  'mysql-execute': { 'SELECT id FROM items WHERE id = ?': [1, 1] },
  'mysql-callback': { 'SELECT ? AS five': [1, 1] },
  'mysql-insert': { 'INSERT INTO items VALUES (?)': [1, 2] },
  'mysql-options': { 'SELECT ? AS n': [1, 1] },
  'mysql-wrong': { 'SELECT * FROM nowhere': [1, 0] },
  'mysql-wrong-execute': { 'SELECT * FROM nowhere': [1, 0] },
  'mysql-undefined': { 'SELECT ?': [1, 0] },
  'mysql-stream': { 'SELECT id FROM items WHERE id < ? ORDER BY id': [1, 4] },
  'mysql-wrong-stream': { 'SELECT * FROM nowhere': [1, 0] },
  'mysql-unheard': { 'SELECT * FROM nowhere': [1, 0] },
  'mysql-prepared': { 'SELECT id FROM items WHERE id > ? AND id < ?': [1, 2] },
  'mysql-nested': { 'SELECT ? AS `outer`': [1, 1], 'SELECT ? AS `inner`': [1, 1] },
  'redis-set': { SET: [1, 0] },
  'redis-get': { GET: [1, 0] },
  'redis-callback': { GET: [1, 0] },
  'redis-pipeline': { 'PIPELINE SET GET': [1, 0] },
  'redis-multi': { 'PIPELINE MULTI INCR EXEC': [1, 0] },
  'redis-wrong': { HGET: [1, 0] },
  'redis-unhandled': { HGET: [1, 0] },
  'redis-type': { LPUSH: [1, 0] },
  'redis-late': { GET: [2, 0] },
  'redis-script': { EVAL: [1, 0] },
  'mongodb-insert': { 'insert items': [1, 5] },
  'mongodb-find': { 'find items { kind: ? } sort { _id: ? } projection { kind: ? }': [1, 3] },
  'mongodb-one': { 'find items { _id: ? }': [1, 1] },
  'mongodb-batches': { 'find items {}': [1, 2], 'getMore items': [2, 3] },
  'mongodb-update': { 'update items { kind: ? } u { $set: { odd: ? } }': [1, 2] },
  'mongodb-delete': { 'delete items { _id: ? }': [1, 1] },
  'mongodb-unhandled': { nonsense: [1, 0] },
  'mongodb-wrong': { 'nonsense secret': [1, 0] },
  'better-exec': { 'CREATE TABLE t (a); INSERT INTO t VALUES (?)': [1, 0] },
  'better-all': { 'SELECT a FROM t WHERE a > ?': [1, 2] },
  'better-get': { 'SELECT a FROM t WHERE a = ?': [1, 1] },
  'better-run': { 'DELETE FROM t WHERE a = ?': [1, 1] },
  'better-iterate': { 'SELECT a FROM t ORDER BY a': [1, 2] },
  'better-break': { 'SELECT a FROM t ORDER BY a': [1, 1] },
  'better-transaction': { BEGIN: [1, 0], 'INSERT INTO t VALUES (?)': [1, 1], COMMIT: [1, 0] },
  'node-sqlite': { 'SELECT ? AS a': [1, 1] },
  ...Object.fromEntries(
    ['pg', 'mysql'].flatMap((driver) =>
      ['one', 'two', 'three'].map((turn) => [`together-${driver}-${turn}`, { [`SELECT ? AS ${turn}`]: [2, 2] }]),
    ),
  ),
};

const unhandled = ['pg-unhandled', 'mysql-unheard', 'redis-unhandled', 'mongodb-unhandled'];

let collector: Collector;
let mongodb: MongodbDouble;
let untouched: Outcomes;

/** Every run begins with the same rows. */
async function fill(): Promise<void> {
  const postgresqlClient = new pg.Client(postgresql.url);
  await postgresqlClient.connect();
  await postgresqlClient.query('DROP TABLE IF EXISTS items; CREATE TABLE items (id int)');
  await postgresqlClient.query('INSERT INTO items SELECT * FROM generate_series(1, 10)');
  await postgresqlClient.end();
  const mysqlClient = await createConnection(mariadb.connection);
  await mysqlClient.query('CREATE OR REPLACE TABLE items (id int)');
  await mysqlClient.query('INSERT INTO items SELECT seq FROM seq_1_to_10');
  await mysqlClient.end();
  await redis.client.flushall();
}

async function run(program: string, watched: boolean): Promise<{ outcomes: Outcomes; output: string }> {
  await fill();
  mongodb = await MongodbDouble.start();
  const servers = {
    postgresql: postgresql.url,
    mariadb: mariadb.connection,
    mongodb: mongodb.url,
    redis: redis.url,
  };
  const child = fork(fileURLToPath(new URL(`./programs/${program}`, import.meta.url)), {
    env: { SERVERS: JSON.stringify(servers), ...(watched && environmentFor(collector.url)) },
    execArgv: ['--conditions=headroom-source', ...(watched ? ['--import', 'headroom/register'] : [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  let outcomes: Outcomes = {};
  child.on('message', (message) => {
    outcomes = message as Outcomes;
  });
  const [status] = await once(child, 'close');
  await mongodb.close();
  expect(status, output).toBe(0);
  return { outcomes, output };
}

/** By path. What is outside of any request is under ``. */
function seen(): Record<string, Seen> {
  const byPath: Record<string, Seen> = {};
  for (const { queries } of collector.batches.flatMap(({ windows }) => windows)) {
    for (const { endpoint = '', fingerprint, queryTime, rows } of queries) {
      const path = endpoint.replace('GET /', '');
      byPath[path] = { ...byPath[path], [fingerprint]: [Sketch.fromBase64(queryTime).count, rows] };
    }
  }
  return byPath;
}

beforeAll(async () => {
  collector = await Collector.open();
  untouched = (await run('imports.ts', false)).outcomes;
});

afterAll(async () => {
  await collector.close();
  expect(collector.problems).toEqual([]);
});

describe.each(['imports.ts', 'requires.cjs'])('the drivers of a service under headroom/register: %s', (program) => {
  beforeAll(async () => {
    collector.received.length = 0;
  });

  it('report every query to the request that sent it, and do what they did', async () => {
    const { outcomes, output } = await run(program, true);
    expect(output.replaceAll(/^.*(ExperimentalWarning|trace-warnings).*\n/gm, '')).toBe('');
    expect(outcomes).toEqual(untouched);
    for (const name of unhandled) expect(outcomes[name]).toEqual({ returned: expect.stringMatching(/Error/) });
    expect(Object.keys(outcomes)).toEqual(expect.arrayContaining(Object.keys(expected)));
    expect(seen()).toEqual(expected);
    const systems = collector.batches.flatMap(({ windows }) => windows).flatMap(({ queries }) => queries);
    expect([...new Set(systems.map(({ system }) => system))].toSorted()).toEqual([
      'mongodb',
      'mysql',
      'postgresql',
      'redis',
      'sqlite',
    ]);
    expect(JSON.stringify(collector.batches)).not.toMatch(/secret-(key|value)/);
    expect(collector.batches.map(({ errors }) => errors)).toEqual([0]);
  });
});
