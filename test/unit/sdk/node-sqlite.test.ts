import { DatabaseSync, StatementSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import type { EndedQuery } from '../../../lib/sdk/telemetry/databases/ended-query.ts';
import { watchNodeSqlite } from '../../../lib/sdk/telemetry/databases/node-sqlite.ts';
import { QueryLog } from '../../../lib/sdk/telemetry/databases/query-log.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

type Use = (database: DatabaseSync) => unknown;

/** Ways to use a database, each told by what comes back. */
const uses: Record<string, Use> = {
  'all without rows': (db) => db.prepare('SELECT a FROM t WHERE a > 100').all(),
  'all with positional parameters': (db) => db.prepare('SELECT a, b FROM t WHERE a > ? AND a < ?').all(1, 4),
  'all with named parameters': (db) => db.prepare('SELECT a FROM t WHERE a = $a').all({ a: 2 }),
  'all with named and positional ones': (db) => db.prepare('SELECT $x AS x, ? AS y').all({ x: 1 }, 'two'),
  'get a row': (db) => db.prepare('SELECT * FROM t ORDER BY a').get(),
  'get nothing': (db) => db.prepare('SELECT * FROM t WHERE a = 99').get(),
  'get NULL': (db) => db.prepare('SELECT NULL AS nothing').get(),
  'get big integers': (db) => {
    const statement = db.prepare('SELECT 9007199254740993 AS big');
    statement.setReadBigInts(true);
    return statement.get();
  },
  'get an array': (db) => {
    const statement = db.prepare('SELECT a, b FROM t ORDER BY a');
    statement.setReturnArrays(true);
    return [statement.get(), statement.all()];
  },
  'run an insert': (db) => db.prepare('INSERT INTO t VALUES (?, ?)').run(9, Buffer.from('nine')),
  'run with big integers': (db) => {
    const statement = db.prepare('UPDATE t SET b = ?');
    statement.setReadBigInts(true);
    return statement.run('x');
  },
  'iterate to the end': (db) => [...db.prepare('SELECT a FROM t ORDER BY a').iterate()],
  'iterate and break': (db) => {
    const rows: unknown[] = [];
    for (const row of db.prepare('SELECT a FROM t ORDER BY a').iterate()) {
      rows.push(row);
      if (rows.length === 2) break;
    }
    return rows;
  },
  'iterate by hand': (db) => {
    const iterator = db.prepare('SELECT a FROM t WHERE a < 3 ORDER BY a').iterate();
    return [iterator.next(), iterator.next(), iterator.next(), iterator.next(), iterator.return?.(), iterator.next()];
  },
  'iterate with the methods of iterators': (db) => {
    const rows = db.prepare('SELECT a FROM t ORDER BY a').iterate();
    return [
      Iterator.from(rows) === rows,
      rows
        .map(({ a }) => a)
        .take(2)
        .toArray(),
    ];
  },
  'the shape of an iterator': (db) => {
    const iterator = db.prepare('SELECT 1').iterate();
    return [
      Reflect.ownKeys(iterator),
      Object.prototype.toString.call(iterator),
      iterator[Symbol.iterator]() === iterator,
    ];
  },
  'exec several statements': (db) => [
    db.exec('CREATE TABLE u (x); INSERT INTO u VALUES (1)'),
    db.prepare('SELECT x FROM u').all(),
  ],
  'columns of a statement': (db) => db.prepare('SELECT a AS "first" FROM t').columns(),
  'a statement told from others': (db) => {
    const statement = db.prepare('SELECT a FROM t');
    return [statement instanceof StatementSync, Reflect.ownKeys(statement), statement.sourceSQL];
  },
  'a function of the user': (db) => {
    db.function('twice', (value) => 2 * Number(value));
    return db.prepare('SELECT twice(a) AS a FROM t ORDER BY a').all();
  },
  'a subclass': () => {
    class Loud extends DatabaseSync {
      override prepare(sql: string): StatementSync {
        return super.prepare(sql.toUpperCase());
      }
    }
    return new Loud(':memory:').prepare('select 1 as one').all();
  },
  'a tag store': (db) => {
    const sql = db.createTagStore();
    return [
      sql.all`SELECT a FROM t WHERE a > ${1} ORDER BY a`,
      sql.get`SELECT ${'x'} AS x`,
      sql.run`DELETE FROM t WHERE a = ${1}`,
    ];
  },
  'bad SQL': (db) => db.prepare('SELEKT'),
  'bad SQL in exec': (db) => db.exec('SELEKT'),
  'no SQL': (db) => Reflect.apply(db.prepare, db, []),
  'exec of no text': (db) => Reflect.apply(db.exec, db, [5]),
  'a broken constraint': (db) => db.prepare('INSERT INTO t VALUES (1, 1)').run(),
  'a parameter that cannot be bound': (db) =>
    Reflect.apply(StatementSync.prototype.all, db.prepare('SELECT ?'), [() => 1]),
  'too many parameters': (db) => db.prepare('SELECT ?').get(1, 2),
  'a wrong this': (db) => Reflect.apply(StatementSync.prototype.all, {}, [db]),
  'prepare on a wrong this': () => Reflect.apply(DatabaseSync.prototype.prepare, {}, ['SELECT 1']),
  'a closed database': (db) => {
    db.close();
    return db.prepare('SELECT 1');
  },
  'an error in the middle of rows': (db) => {
    db.function('fail_at_three', (value) => {
      if (value === 3) throw new RangeError('three');
      return value;
    });
    return [...db.prepare('SELECT fail_at_three(a) AS a FROM t ORDER BY a').iterate()];
  },
  'the look of the methods': () =>
    [DatabaseSync.prototype, StatementSync.prototype].flatMap((prototype) =>
      Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([name, { value, ...attributes }]) =>
        typeof value === 'function' ? [name, value.name, value.length, attributes] : name,
      ),
    ),
};

function outcomeOf(use: Use): unknown {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b)');
  database.exec("INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'three'), (4, NULL)");
  try {
    return { returned: use(database) };
  } catch (error) {
    if (!(error instanceof Error)) return { threw: error };
    const { name, message } = error;
    return { threw: { name, message, prototype: Object.getPrototypeOf(error), details: { ...error } } };
  }
}

// The module is one for the whole process: what it does by itself is noted before it is watched.
const untouched = new Map(Object.entries(uses).map(([name, use]) => [name, outcomeOf(use)]));
const seen: EndedQuery[] = [];
const errors = new OwnErrors();
watchNodeSqlite(new QueryLog((query) => seen.push(query), errors));

describe('node:sqlite, watched', () => {
  afterEach(() => {
    seen.length = 0;
    expect(errors.count).toBe(0);
  });

  it.each(Object.entries(uses))('does what it did: %s', (name, use) => {
    expect(outcomeOf(use)).toStrictEqual(untouched.get(name));
  });

  it.each<[string, Use, [fingerprint: string, rows: number][]]>([
    ['all', (db) => db.prepare('SELECT a FROM t WHERE a > 1').all(), [['SELECT a FROM t WHERE a > ?', 3]]],
    ['get', (db) => db.prepare('SELECT a FROM t').get(), [['SELECT a FROM t', 1]]],
    ['get nothing', (db) => db.prepare('SELECT a FROM t WHERE a = 9').get(), [['SELECT a FROM t WHERE a = ?', 0]]],
    ['run', (db) => db.prepare('DELETE FROM t WHERE a < 3').run(), [['DELETE FROM t WHERE a < ?', 2]]],
    ['exec', (db) => db.exec('DELETE FROM t'), [['DELETE FROM t', 0]]],
    ['rows of an iterator', (db) => [...db.prepare('SELECT a FROM t').iterate()], [['SELECT a FROM t', 4]]],
    [
      'an iterator left early',
      (db) => db.prepare('SELECT a FROM t').iterate().take(2).toArray(),
      [['SELECT a FROM t', 2]],
    ],
    [
      'a statement prepared once',
      (db) => {
        const statement = db.prepare('SELECT ? AS a');
        return [statement.get(1), statement.get(2)];
      },
      [
        ['SELECT ? AS a', 1],
        ['SELECT ? AS a', 1],
      ],
    ],
    ['a failed call', (db) => db.prepare('INSERT INTO t VALUES (1, 1)').run(), [['INSERT INTO t VALUES (?, ?)', 0]]],
    [
      'a tag store',
      (db) => db.createTagStore().all`SELECT a FROM t WHERE a > ${2}`,
      [['SELECT a FROM t WHERE a > ?', 2]],
    ],
    ['preparing alone', (db) => db.prepare('SELECT 1'), []],
  ])('counts calls and rows: %s', (_, use, expected) => {
    outcomeOf(use);
    // The two that fill the table are the first.
    expect(seen.slice(2).map(({ kind, rows }) => [kind.fingerprint, rows])).toEqual(expected);
    for (const { durationMs, active } of seen) {
      expect(durationMs).toBeGreaterThan(0);
      expect(active).toBeUndefined();
    }
  });

  it('adds up the time of an iterator, and not that of the loop around it', () => {
    outcomeOf((db) => {
      for (const _ of db.prepare('SELECT a FROM t').iterate()) {
        const until = performance.now() + 20;
        while (performance.now() < until);
      }
    });
    expect(seen[2]?.durationMs).toBeLessThan(20);
  });
});
