import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { type CachedQueryOptions, cachedQuery, tableTag } from '../../../lib/sdk/database.ts';

const open = () => createCache<unknown>({ namespace: 'shop' });

/** A database in memory, and what it was asked. */
function database(options: Partial<CachedQueryOptions<unknown>> = {}, cache = open()) {
  const sqlite = new DatabaseSync(':memory:');
  sqlite.exec('CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO a VALUES (1); INSERT INTO b VALUES (2)');
  const asked: string[] = [];
  const ask = (text: string, parameters: readonly unknown[]): unknown => {
    asked.push(text);
    return sqlite.prepare(text).all(...(parameters as SQLInputValue[]));
  };
  const query = cachedQuery<unknown>(cache, { query: ask, ...options });
  return { cache, sqlite, asked, ask, query };
}

describe('cachedQuery', () => {
  it('asks once for the same text and parameters, and for all who ask at the same time', async () => {
    const { query, asked } = database();
    const first = await Promise.all([
      query('SELECT x FROM a WHERE x = ?', [1]),
      query('SELECT x\n  FROM a  WHERE x = ?', [1]),
      query('SELECT x FROM a WHERE x = ?', [2]),
    ]);
    expect(first).toEqual([[{ x: 1 }], [{ x: 1 }], []]);
    expect(await query('SELECT x FROM a WHERE x = ?', [1])).toEqual([{ x: 1 }]);
    expect(asked).toHaveLength(2);
  });

  it('keeps texts apart that differ within a value', async () => {
    const { query } = database();
    expect(await query("SELECT 'a  b' AS t FROM a")).toEqual([{ t: 'a  b' }]);
    expect(await query("SELECT 'a b' AS t FROM a")).toEqual([{ t: 'a b' }]);
    expect(await query('SELECT 1 AS t --\n, x FROM a')).toEqual([{ t: 1, x: 1 }]);
    expect(await query('SELECT 1 AS t -- , x\n FROM a')).toEqual([{ t: 1 }]);
  });

  it('forgets what is kept of a table that is written, and nothing else', async () => {
    const { query, asked } = database();
    const read = async () => [await query('SELECT x FROM a'), await query('SELECT x FROM b')];
    expect(await read()).toEqual([[{ x: 1 }], [{ x: 2 }]]);
    await query('UPDATE a SET x = ?', [7]);
    asked.length = 0;
    expect(await read()).toEqual([[{ x: 7 }], [{ x: 2 }]]);
    expect(asked).toEqual(['SELECT x FROM a']);
    await query.invalidateTables('B');
    await read();
    await query.invalidateAll();
    await read();
    expect(asked.slice(1)).toEqual(['SELECT x FROM b', 'SELECT x FROM a', 'SELECT x FROM b']);
  });

  it('forgets after a write that failed, for it may have been carried out', async () => {
    let isLost = false;
    const parts = database();
    const query = cachedQuery<unknown>(parts.cache, {
      name: 'lossy',
      query(text, parameters) {
        const rows = parts.ask(text, parameters);
        if (isLost) throw new Error('connection lost');
        return rows;
      },
    });
    await query('SELECT x FROM a');
    isLost = true;
    await expect(query('UPDATE a SET x = 8')).rejects.toThrow('connection lost');
    isLost = false;
    expect(await query('SELECT x FROM a')).toEqual([{ x: 8 }]);
  });

  it('does not keep what was read before a write and came after it', async () => {
    const { cache, ask } = database();
    const slow = Promise.withResolvers<void>();
    const began = Promise.withResolvers<void>();
    const query = cachedQuery<unknown>(cache, {
      name: 'slow',
      async query(text, parameters) {
        const rows = ask(text, parameters);
        if (parameters[0] === 'slow') {
          began.resolve();
          await slow.promise;
        }
        return rows;
      },
    });
    const text = 'SELECT x FROM a WHERE ? IS NOT NULL';
    const late = query(text, ['slow']);
    await began.promise;
    await query('UPDATE a SET x = 9');
    slow.resolve();
    expect(await late).toEqual([{ x: 1 }]);
    expect(await query(text, ['slow'])).toEqual([{ x: 9 }]);
  });

  it('takes a time to live, by the result if asked, and asks anew when told', async () => {
    const { query, asked } = database({ ttlSeconds: (result) => ((result as unknown[]).length === 0 ? 0 : 60) });
    for (let i = 0; i < 3; i++) await query('SELECT x FROM a WHERE x = 99');
    for (let i = 0; i < 3; i++) await query('SELECT x FROM a');
    await query.refresh('SELECT x FROM a');
    expect(asked).toHaveLength(3 + 1 + 1);
  });

  it('is told of tables where the text does not say them', async () => {
    const { query, sqlite, asked } = database({ tables: (text) => (text.includes('seen') ? ['a', 'b'] : ['a']) });
    sqlite.exec('CREATE VIEW seen AS SELECT a.x + b.x AS sum FROM a, b');
    expect(await query('SELECT sum FROM seen')).toEqual([{ sum: 3 }]);
    await query('SELECT sum FROM seen');
    await query('UPDATE a SET x = 5');
    expect(await query('SELECT sum FROM seen')).toEqual([{ sum: 7 }]);
    expect(asked).toHaveLength(3);
  });

  it('is forgotten from elsewhere by the tag of a table', async () => {
    const { query, cache, sqlite } = database();
    await query('SELECT x FROM a');
    sqlite.exec('UPDATE a SET x = 6');
    await cache.invalidate({ tags: [tableTag('A')] });
    expect(await query('SELECT x FROM a')).toEqual([{ x: 6 }]);
  });

  it('tells two databases in one cache apart, or says that it cannot', () => {
    const { cache, ask } = database();
    expect(() => cachedQuery(cache, { query: ask })).toThrow(/by the option `name`/);
    cachedQuery(cache, { query: ask, name: 'reports' });
  });

  it('answers as the database does, whatever is read and written in whatever order', async () => {
    const reads = [
      'SELECT x FROM a ORDER BY x',
      'SELECT x FROM b ORDER BY x',
      'SELECT a.x FROM a JOIN b USING (x) ORDER BY 1',
      'SELECT count(*) AS n FROM a, b',
      'SELECT x FROM (SELECT x FROM a UNION SELECT x FROM b) ORDER BY x',
      'WITH s AS (SELECT x FROM b) SELECT sum(x) AS n FROM s',
      'SELECT (SELECT max(x) FROM b) AS n FROM a ORDER BY 1',
    ];
    const writes = [
      'INSERT INTO a VALUES (3)',
      'INSERT INTO b SELECT x + 1 FROM a',
      'UPDATE a SET x = x + 1',
      'DELETE FROM b WHERE x IN (SELECT x FROM a)',
      'WITH s AS (SELECT 5 AS x) INSERT INTO a SELECT x FROM s',
      'REPLACE INTO b VALUES (4)',
    ];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...reads, ...reads, ...writes), { maxLength: 25 }), async (texts) => {
        const { query, sqlite } = database();
        for (const text of texts) {
          const expected = reads.includes(text) ? sqlite.prepare(text).all() : [];
          expect(await query(text)).toEqual(expected);
        }
        sqlite.close();
      }),
      { numRuns: 60 },
    );
  });
});
