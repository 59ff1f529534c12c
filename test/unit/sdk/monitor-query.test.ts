import { afterEach, describe, expect, expectTypeOf, it } from 'vitest';
import { monitorQuery } from '../../../lib/sdk/database.ts';
import type { EndedQuery } from '../../../lib/sdk/telemetry/databases/ended-query.ts';
import { QueryLog } from '../../../lib/sdk/telemetry/databases/query-log.ts';
import { queryLogs } from '../../../lib/sdk/telemetry/databases/query-logs.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

const seen: EndedQuery[] = [];
const errors = new OwnErrors(() => {});
const log = new QueryLog((query) => seen.push(query), errors);
const report = (): unknown => queryLogs.add(log);

afterEach(() => {
  seen.length = 0;
  queryLogs.clear();
});

const told = () => seen.map(({ kind, rows }) => [kind.system, kind.fingerprint, rows]);

describe('monitorQuery', () => {
  it('reports each call by its text without values, and its rows', async () => {
    report();
    const find = monitorQuery("SELECT * FROM t WHERE a = 'x'", async (n: number) => Array.from({ length: n }), {
      system: 'oracle',
    });
    expectTypeOf(find).parameter(0).toEqualTypeOf<number>();
    expectTypeOf(find).returns.toEqualTypeOf<Promise<unknown[]>>();
    expect([await find(2), await find(0)]).toEqual([[undefined, undefined], []]);
    expect(told()).toEqual([
      ['oracle', 'SELECT * FROM t WHERE a = ?', 2],
      ['oracle', 'SELECT * FROM t WHERE a = ?', 0],
    ]);
    // Told apart by identity: however many wrappers are made of one text.
    await monitorQuery("SELECT * FROM t WHERE a = 'y'", async () => [], { system: 'oracle' })();
    expect(new Set(seen.map(({ kind }) => kind)).size).toBe(1);
  });

  it('times until the result is there, and not what the caller does with it', async () => {
    report();
    const gate = Promise.withResolvers<string>();
    const result = monitorQuery('orders by customer', () => gate.promise)();
    expect(seen).toEqual([]);
    gate.resolve('done');
    expect(await result).toBe('done');
    expect(told()).toEqual([['database', 'orders by customer', 0]]);
  });

  it.each([
    [{ rowCount: 3 }, 3],
    [{ affectedRows: 4 }, 4],
    [{ changes: 5 }, 5],
    [{ rowCount: null }, 0],
    ['text', 0],
    [undefined, 0],
  ])('takes %j for %d rows', (result, rows) => {
    report();
    expect(monitorQuery('q', () => result)()).toBe(result);
    expect(told()).toEqual([['database', 'q', rows]]);
  });

  it.each([Number.NaN, -1, 0.5, Number.POSITIVE_INFINITY, 3n, '4', undefined])('counts %s rows as none', (rows) => {
    report();
    monitorQuery('q', () => 'text', { rows: () => rows as number })();
    expect(told()).toEqual([['database', 'q', 0]]);
  });

  it('passes on this, arguments, name, results and errors', async () => {
    report();
    const owner = {
      base: 1,
      add: monitorQuery('add', function add(this: { base: number }, a: number, b: number) {
        return this.base + a + b;
      }),
    };
    expect(owner.add(2, 3)).toBe(6);
    expect([owner.add.name, owner.add.length]).toEqual(['add', 2]);
    const failure = new RangeError('no');
    const throws = monitorQuery('q', () => {
      throw failure;
    });
    expect(() => throws()).toThrow(failure);
    await expect(monitorQuery('q', () => Promise.reject(failure))()).rejects.toBe(failure);
    expect(seen).toHaveLength(3);
  });

  it('runs a query builder once', async () => {
    report();
    let runs = 0;
    // biome-ignore lint/suspicious/noThenProperty: as builders of queries have it
    const builder = { then: (resolve: (rows: number[]) => void) => resolve([++runs]) };
    expect(await monitorQuery('builder', () => builder)()).toEqual([1]);
    expect(runs).toBe(1);
    expect(told()).toEqual([['database', 'builder', 1]]);
  });

  it('lets no mistake in counting rows become the result', async () => {
    report();
    const rows = (): number => {
      throw new Error('cannot count');
    };
    expect(await monitorQuery('q', async () => 'fine', { rows })()).toBe('fine');
    expect(told()).toEqual([['database', 'q', 0]]);
    expect(errors.count).toBe(1);
  });

  it('only calls where nothing is reported', async () => {
    const result = Promise.resolve(1);
    expect(monitorQuery('q', () => result)()).toBe(result);
    expect(seen).toEqual([]);
  });

  it.each([[''], [' '], [undefined], [5]])('takes no %j for a query', (query) => {
    expect(() => Reflect.apply(monitorQuery, undefined, [query, () => 1])).toThrow(TypeError);
    expect(() => Reflect.apply(monitorQuery, undefined, ['q', query])).toThrow(TypeError);
  });
});
