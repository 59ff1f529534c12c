import { createPool as createGenericPool } from 'generic-pool';
import { MongoClient } from 'mongodb';
import mysql from 'mysql2';
import mysqlPromise from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll } from 'vitest';
import { useMariadb } from '../../support/mariadb-server.ts';
import { MongodbDouble } from '../../support/mongodb/double.ts';
import { usePostgresql } from '../../support/postgresql-server.ts';
import { describePool } from './pool-suite.ts';

const postgresql = usePostgresql();
const mariadb = useMariadb();
let mongodb: MongodbDouble;

beforeAll(async () => {
  mongodb = await MongodbDouble.start();
});
afterAll(() => mongodb.close());

/** Ends once, whoever asks. */
const once = (end: () => Promise<unknown>): (() => Promise<unknown>) => {
  let ended: Promise<unknown> | undefined;
  return () => {
    ended ??= end();
    return ended;
  };
};

describePool('pg', {
  system: 'postgresql',
  url: () => postgresql.url,
  timeout: /timeout exceeded/,
  hasServer: true,
  open(connectionString, connectionTimeoutMillis) {
    const pool = new pg.Pool({ connectionString, max: 2, connectionTimeoutMillis });
    pool.on('error', () => {});
    return {
      pool,
      take: async () => {
        const client = await pool.connect();
        return () => client.release();
      },
      ask: async () => (await pool.query('SELECT 1 AS one')).rows,
      end: once(() => pool.end()),
    };
  },
});

describePool('mysql2', {
  system: 'mysql',
  url: () => mariadb.url,
  hasServer: true,
  open(uri, connectTimeout) {
    const pool = mysql.createPool({ uri: uri ?? '', connectionLimit: 2, connectTimeout });
    return {
      pool,
      take: () =>
        new Promise((resolve, reject) => {
          pool.getConnection((error, connection) => (error ? reject(error) : resolve(() => connection.release())));
        }),
      ask: () =>
        new Promise((resolve, reject) => {
          pool.query('SELECT 1 AS one', (error, rows) => (error ? reject(error) : resolve(rows)));
        }),
      end: once(() => new Promise((resolve) => pool.end(resolve))),
    };
  },
});

describePool('mysql2/promise', {
  system: 'mysql',
  url: () => mariadb.url,
  hasServer: true,
  open(uri, connectTimeout) {
    const pool = mysqlPromise.createPool({ uri: uri ?? '', connectionLimit: 2, connectTimeout });
    return {
      pool,
      take: async () => {
        const connection = await pool.getConnection();
        return () => connection.release();
      },
      ask: async () => (await pool.query('SELECT 1 AS one'))[0],
      end: once(() => pool.end()),
    };
  },
});

describePool('mongodb', {
  system: 'mongodb',
  url: () => mongodb.url,
  timeout: /Timed out/,
  hasServer: true,
  open(url, waitQueueTimeoutMS) {
    const client = new MongoClient(url ?? '', {
      maxPoolSize: 2,
      waitQueueTimeoutMS,
      serverSelectionTimeoutMS: waitQueueTimeoutMS,
    });
    let taken = 0;
    return {
      pool: client,
      async take() {
        const name = `${Math.random()}-${taken++}`;
        const { came, end } = mongodb.expectWait(name);
        const answered = client.db().command({ wait: name });
        await Promise.race([came, answered]);
        return () => {
          end();
          return answered;
        };
      },
      ask: () => client.db().collection('items').find({}).toArray(),
      end: once(() => client.close()),
    };
  },
});

describePool('generic-pool', {
  system: 'generic',
  url: () => undefined,
  timeout: /timed out/,
  hasServer: false,
  open(_, acquireTimeoutMillis) {
    const pool = createGenericPool(
      { create: async () => ({}), destroy: async () => {} },
      { max: 2, acquireTimeoutMillis },
    );
    return {
      pool,
      take: async () => {
        const resource = await pool.acquire();
        return () => pool.release(resource);
      },
      ask: () => pool.use(async (resource) => ({ ...resource, used: true })),
      end: once(async () => {
        await pool.drain();
        await pool.clear();
      }),
    };
  },
});
