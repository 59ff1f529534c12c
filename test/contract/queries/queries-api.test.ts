import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryAnalysisRequest } from '../../../lib/contracts/query-analyses.ts';
import type { Gateway } from '../../../lib/local/gateway/gateway.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { queryHandlers } from '../../../lib/queries/handlers.ts';
import { Planner } from '../../../lib/queries/planner/planner.ts';
import { QueryService } from '../../../lib/queries/service.ts';
import { createClient } from '../../../lib/sdk/client.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';

const planner = new Planner({ startMs: 120_000, planMs: 60_000 });
let dynamoDb: TestDynamoDb;
let gateway: Gateway;
let token: string;

beforeAll(async () => {
  planner.warm();
  dynamoDb = await startTestDynamoDb();
  const parts = await dynamoDb.createParts();
  ({ token } = await new KeyService(parts).create({ name: 'reader', scope: 'read' }, 'a test'));
  const handler = httpDoor(
    'queries-api',
    functionParts('queries-api', parts),
    queryHandlers(new QueryService(planner)),
  );
  gateway = await gatewayTo({ 'queries-api': handler });
});
afterAll(async () => {
  await Promise.all([gateway.stop(1000), planner.close()]);
  await dynamoDb.stop();
});

const post = async (body: unknown, given = token) => {
  let answer = { status: 0, body: undefined as unknown };
  await outputOf(async () => {
    const response = await fetch(`${gateway.url}/v1/queries/analyses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(given === '' ? {} : { authorization: `Bearer ${given}` }) },
      body: JSON.stringify(body),
    });
    answer = { status: response.status, body: await response.json() };
  });
  return answer;
};

const request: QueryAnalysisRequest = {
  dialect: 'postgresql',
  query: 'SELECT * FROM orders WHERE customer_id = 42 ORDER BY created_at DESC LIMIT 20',
  schema:
    'CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint NOT NULL, total numeric, created_at timestamptz NOT NULL)',
  statistics: {
    tables: { orders: { rows: 2_000_000, columns: { customer_id: { distinctValues: 4_000 } } } },
    readsPerMinute: 600,
    writesPerMinute: 1,
  },
};

describe('POST /v1/queries/analyses', () => {
  it('tells all there is to a query, by way of the gateway', async () => {
    const { status, body } = await post(request);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      dialect: 'postgresql',
      fingerprint: 'SELECT * FROM orders WHERE customer_id = ? ORDER BY created_at DESC LIMIT ?',
      statement: 'select',
      complexity: { level: 'simple', tables: 1, joins: 0 },
      findings: [
        { code: 'select-star', position: { offset: 7, length: 1, line: 1, column: 8 } },
        { code: 'literals-in-text' },
      ],
      indexSuggestions: [
        {
          ddl: 'CREATE INDEX orders_customer_id_created_at_idx ON orders (customer_id, created_at);',
          kind: 'order',
          checkedBy: 'postgresql',
          improvementPercent: expect.any(Number),
        },
      ],
      planning: { checkedBy: 'postgresql' },
      parameterization: {
        parameterized: false,
        text: 'SELECT * FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT $2',
        parameters: [
          { name: '$1', value: 42 },
          { name: '$2', value: 20 },
        ],
      },
      caching: { advice: 'cache', ttlSeconds: 12 },
    });
  });

  it('is in the client of the SDK', async () => {
    const client = createClient({ url: gateway.url, apiKey: token });
    const body: QueryAnalysisRequest = { dialect: 'mongodb', query: { find: 'orders', filter: { status: 'open' } } };
    await outputOf(async () => {
      const { indexSuggestions } = await client.call('analyseQuery', { body });
      expect(indexSuggestions.map(({ ddl }) => ddl)).toEqual(['db.orders.createIndex({ "status": 1 })']);
    });
  });

  it.each<[string, unknown, string, RegExp]>([
    [
      'a query that its grammar does not take',
      { ...request, query: 'SELECT *\nFORM orders' },
      'body.query',
      /syntax error at or near "FORM" \(line 2, column 1\)/,
    ],
    [
      'what is no query',
      { ...request, query: 'CREATE TABLE a (b int)' },
      'body.query',
      /Only SELECT, INSERT, UPDATE and DELETE/,
    ],
    [
      'two queries',
      { ...request, query: 'SELECT 1; SELECT 2' },
      'body.query',
      /One statement is analysed at a time, and there are 2/,
    ],
    [
      'a schema that its grammar does not take',
      { ...request, schema: 'CREATE TABEL a (b int)' },
      'body.schema',
      /syntax error at or near "TABEL"/,
    ],
    ['a dialect that there is not', { ...request, dialect: 'cobol' }, 'body.dialect', /./],
    [
      'a query of MongoDB as text',
      { dialect: 'mongodb', query: 'db.orders.find()' },
      'body.query',
      /command as an object.*"find"/,
    ],
    ['too long a query', { ...request, query: `SELECT ${'1, '.repeat(10_000)}1` }, 'body.query', /20000/],
    ['a word too many', { ...request, pretty: true }, 'body', /pretty/],
  ])('refuses %s', async (_what, body, path, message) => {
    const { status, body: problem } = await post(body);
    expect(status).toBe(400);
    expect(problem).toMatchObject({
      code: 'invalid-request',
      errors: [{ path, message: expect.stringMatching(message) }],
    });
  });

  it('refuses strangers', async () => {
    expect((await post(request, '')).status).toBe(401);
  });
});
