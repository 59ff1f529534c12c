import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MongoAnalysisRequest, mongoQuery, queryAnalysis } from '../../../lib/contracts/query-analyses.ts';
import { analyseMongo } from '../../../lib/queries/mongodb/analyse.ts';
import { readShape } from '../../../lib/queries/mongodb/read-shape.ts';
import { shapeOf } from '../../../lib/sdk/telemetry/databases/mongodb-shape.ts';

type Rest = Omit<MongoAnalysisRequest, 'dialect' | 'query'>;

const analysed = (query: unknown, rest: Rest = {}) =>
  analyseMongo({ dialect: 'mongodb', query: mongoQuery.parse(query), ...rest });
const indexesOf = (query: unknown, rest?: Rest): string[] =>
  analysed(query, rest).indexSuggestions.map(({ ddl }) => ddl.replace(/^db\./, ''));
const foundIn = (query: unknown, rest?: Rest): string[] =>
  analysed(query, rest).findings.map(({ code, path }) => (path === undefined ? code : `${code}: ${path}`));
const indexed = (...keys: Record<string, number>[]): Rest => ({
  schema: { orders: { indexes: keys.map((key) => ({ key })) } },
});

const executionStats = (stage: string, totalDocsExamined: number, nReturned: number) => ({
  queryPlanner: { winningPlan: { stage, inputStage: { stage: 'FETCH' } }, rejectedPlans: [{ stage: 'COLLSCAN' }] },
  executionStats: { totalDocsExamined, nReturned },
});

describe('Of a query of MongoDB, an index has', () => {
  it.each<[string, unknown, string[]]>([
    ['what is equal', { find: 'orders', filter: { a: 1, b: 2 } }, ['orders.createIndex({ "a": 1, "b": 1 })']],
    [
      'then the sort, then the range',
      { find: 'orders', filter: { total: { $gt: 5 }, status: 'x' }, sort: { at: -1 }, limit: 5 },
      ['orders.createIndex({ "status": 1, "at": -1, "total": 1 })'],
    ],
    [
      'then the range, without a sort',
      { find: 'orders', filter: { total: { $gt: 5 }, status: 'x' } },
      ['orders.createIndex({ "status": 1, "total": 1 })'],
    ],
    [
      'the sort alone, for the first few',
      { find: 'orders', sort: { at: 1, n: -1 }, limit: 5 },
      ['orders.createIndex({ "at": 1, "n": -1 })'],
    ],
    ['nothing, for all in an order', { find: 'orders', sort: { at: 1 } }, []],
    ['nothing, for the key', { find: 'orders', filter: { _id: 5, status: 'x' } }, []],
    ['nothing that an expression within texts could use', { find: 'orders', filter: { name: { $regex: 'x' } } }, []],
    [
      'the beginning of a text',
      { find: 'orders', filter: { name: { $regex: '^abc' } } },
      ['orders.createIndex({ "name": 1 })'],
    ],
    [
      'fields of documents within',
      { find: 'orders', filter: { 'address.city': 'Bonn', items: { $elemMatch: { sku: 'x' } } } },
      ['orders.createIndex({ "address.city": 1, "items.sku": 1 })'],
    ],
    [
      'what all of $and ask',
      { find: 'orders', filter: { $and: [{ a: 1 }, { b: { $lt: 3 } }] } },
      ['orders.createIndex({ "a": 1, "b": 1 })'],
    ],
    [
      'each side of $or',
      { find: 'orders', filter: { $or: [{ a: 1 }, { b: { $gt: 2 } }] } },
      ['orders.createIndex({ "a": 1 })', 'orders.createIndex({ "b": 1 })'],
    ],
    [
      'the first $match and $sort',
      {
        aggregate: 'orders',
        pipeline: [{ $match: { a: 1 } }, { $sort: { b: 1 } }, { $group: { _id: '$c' } }, { $match: { d: 1 } }],
      },
      ['orders.createIndex({ "a": 1, "b": 1 })'],
    ],
    [
      'what is looked up',
      {
        aggregate: 'orders',
        pipeline: [{ $lookup: { from: 'customers', localField: 'c', foreignField: 'ref', as: 'x' } }],
      },
      ['customers.createIndex({ "ref": 1 })'],
    ],
    [
      'a name that needs quotes',
      { find: 'my-orders', filter: { 'a b': 1 } },
      ['getCollection("my-orders").createIndex({ "a b": 1 })'],
    ],
  ])('%s', (_what, query, expected) => {
    expect(indexesOf(query)).toEqual(expected);
  });

  it('the range first, when it is measured to leave few', () => {
    const query = { find: 'orders', filter: { total: { $gt: 5 }, status: 'x' }, sort: { at: -1 } };
    expect(indexesOf(query, { explain: executionStats('SORT', 100_000, 3) })).toEqual([
      'orders.createIndex({ "status": 1, "total": 1, "at": -1 })',
    ]);
    expect(indexesOf(query, { explain: executionStats('SORT', 100, 90) })).toEqual([
      'orders.createIndex({ "status": 1, "at": -1, "total": 1 })',
    ]);
  });

  it('no other beside one that does its work', () => {
    const query = { find: 'orders', filter: { a: 1, b: 2 }, sort: { c: -1 }, limit: 5 };
    for (const key of [
      { a: 1, b: 1, c: -1 },
      { b: 1, a: -1, c: 1 },
      { a: 1, b: 1, c: -1, d: 1 },
    ])
      expect(indexesOf(query, indexed(key))).toEqual([]);
    for (const key of [
      { a: 1, b: 1 },
      { a: 1, c: 1, b: 1 },
      { c: 1, a: 1, b: 1 },
    ])
      expect(indexesOf(query, indexed(key))).toHaveLength(1);
    const unique = { schema: { orders: { indexes: [{ key: { a: 1 }, unique: true }] } } };
    expect(indexesOf(query, unique)).toEqual([]);
    const partial = {
      schema: { orders: { indexes: [{ key: { a: 1, b: 1, c: 1 }, partialFilterExpression: { d: 1 } }] } },
    };
    expect(indexesOf(query, partial)).toHaveLength(1);
  });
});

describe('Of a query of MongoDB is found', () => {
  const lookup = { $lookup: { from: 'customers', localField: 'c', foreignField: 'ref', as: 'customer' } };
  it.each<[unknown, string, Rest?]>([
    [{ find: 'orders', filter: { $where: 'this.a > 1' } }, 'javascript-where: filter.$where'],
    [{ find: 'orders', filter: { a: { $regex: 'x' } } }, 'unanchored-regex: filter.a.$regex'],
    [{ find: 'orders', filter: { a: { $regex: '^x', $options: 'i' } } }, 'unanchored-regex: filter.a.$regex'],
    [{ find: 'orders', filter: { a: { $ne: 1 } } }, 'negated-filter: filter.a.$ne'],
    [{ find: 'orders', filter: { a: 1 }, skip: 5000 }, 'offset-paging: skip'],
    [{ find: 'orders', filter: { a: 1 } }, 'missing-projection'],
    [{ find: 'orders' }, 'missing-limit'],
    [{ aggregate: 'orders', pipeline: [lookup, { $match: { status: 'x' } }] }, 'late-match: pipeline.1.$match'],
    [
      { aggregate: 'orders', pipeline: [{ $unwind: '$items' }, { $match: { status: 'x' } }] },
      'unwind-before-match: pipeline.1.$match',
    ],
    [
      { aggregate: 'orders', pipeline: [{ $sort: { a: 1 } }, { $project: { a: 1 } }] },
      'late-project: pipeline.1.$project',
    ],
    [{ aggregate: 'orders', pipeline: [lookup] }, 'unindexed-lookup: pipeline.0.$lookup.foreignField', { schema: {} }],
    [{ find: 'orders', filter: { a: 1 } }, 'full-scan', { explain: executionStats('COLLSCAN', 5000, 3) }],
    [{ find: 'orders', filter: { a: 1 } }, 'full-scan', { explain: executionStats('IXSCAN', 5000, 3) }],
    [{ find: 'orders', filter: { a: 1 } }, 'external-sort', { explain: executionStats('SORT', 50, 50) }],
  ])('%j: %s', (query, expected, rest) => {
    expect(foundIn(query, rest)).toContain(expected);
  });

  it.each<[string, unknown, Rest?]>([
    ['a bounded lookup', { find: 'orders', filter: { a: 1 }, projection: { b: 1 }, limit: 5 }],
    ['one by its key', { find: 'orders', filter: { _id: 1 } }],
    ['an early $match', { aggregate: 'orders', pipeline: [{ $match: { a: 1 } }, lookup, { $project: { a: 1 } }] }],
    [
      'a $match on what is made',
      {
        aggregate: 'orders',
        pipeline: [{ $match: { a: 1 } }, lookup, { $match: { 'customer.vip': true } }, { $project: { a: 1 } }],
      },
    ],
    [
      'a $match on groups',
      {
        aggregate: 'orders',
        pipeline: [
          { $match: { a: 1 } },
          { $group: { _id: '$c', n: { $sum: 1 } } },
          { $sort: { n: 1 } },
          { $match: { n: 5 } },
        ],
      },
    ],
    [
      'a lookup with an index',
      { aggregate: 'orders', pipeline: [{ $match: { a: 1 } }, lookup, { $project: { a: 1 } }] },
      { schema: { customers: { indexes: [{ key: { ref: 1 } }] } } },
    ],
    [
      'a plan by an index',
      { find: 'orders', filter: { a: 1 }, projection: { b: 1 } },
      { explain: executionStats('IXSCAN', 50, 50) },
    ],
  ])('nothing wrong with %s', (_what, query, rest) => {
    expect(foundIn(query, rest)).toEqual([]);
  });
});

describe('What telemetry tells of a query of MongoDB', () => {
  it.each([
    { find: 'orders', filter: { status: 'x', total: { $gt: 5 } }, sort: { at: 1 } },
    { find: 'orders', filter: { $or: [{ a: 1 }, { 'b.c': { $in: [1, 2] } }] }, projection: { a: 1 } },
    { aggregate: 'orders', pipeline: [{ $match: { a: 1, b: { $lt: 3 } } }, { $sort: { c: 1 } }] },
  ])('has the same indexes: %j', (command) => {
    const read = readShape(shapeOf(command));
    expect(read).toBeDefined();
    expect(indexesOf(read)).toEqual(indexesOf(command));
  });

  it.each([
    '',
    'insert orders',
    'find',
    'find orders {',
    'find orders { a',
    'aggregate orders { a: ? }',
    'find orders { a: [?, ',
    'getMore orders',
  ])('is no query: %j', (shape) => {
    expect(readShape(shape)).toBeUndefined();
  });
});

describe('Any query of MongoDB', () => {
  it('is analysed, and each path leads into it', () => {
    const filter = fc.dictionary(
      fc.constantFrom('a', 'b.c', '$or', '$and', '$where', '$expr', '$nor', '__proto__'),
      fc.jsonValue({ maxDepth: 4 }),
      { maxKeys: 4 },
    );
    const stage = fc.oneof(
      fc.dictionary(
        fc.constantFrom('$match', '$sort', '$lookup', '$unwind', '$group', '$project', '$skip', '$facet'),
        fc.jsonValue({ maxDepth: 3 }),
        { maxKeys: 1 },
      ),
      filter.map((each) => ({ $match: each })),
    );
    const find = fc.record({ find: fc.constant('orders'), filter, skip: fc.nat() }, { requiredKeys: ['find'] });
    const aggregate = fc.record({ aggregate: fc.constant('orders'), pipeline: fc.array(stage, { maxLength: 5 }) });
    fc.assert(
      fc.property(fc.oneof(find, aggregate), fc.jsonValue(), (query, explain) => {
        const parsed = mongoQuery.safeParse(query);
        if (!parsed.success) return;
        const analysis = analyseMongo({ dialect: 'mongodb', query: parsed.data, explain: explain as never });
        expect(queryAnalysis.parse(analysis)).toEqual(analysis);
        for (const { path } of analysis.findings)
          if (path !== undefined) expect(path).toMatch(/^(filter|pipeline|skip|sort)\b/);
      }),
      { numRuns: 300 },
    );
  });
});
