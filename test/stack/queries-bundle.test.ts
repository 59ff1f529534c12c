import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { localSettings } from '../../lib/local/function-configuration.ts';
import { KeyService } from '../../lib/platform/keys/service.ts';
import { builtFunctions } from '../support/built-functions.ts';
import { eventOf } from '../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../support/history-table.ts';

const megabyte = 1024 * 1024;

describe('The bundle of the function that analyses queries', { timeout: 180_000 }, () => {
  let directory: string;
  let dynamoDb: TestDynamoDb;
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'headroom-queries-'));
    dynamoDb = await startTestDynamoDb();
    const bundles = await builtFunctions();
    // As Lambda unpacks it: with nothing around it.
    cpSync(bundles['queries-api'].directory, join(directory, 'task'), { recursive: true });
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await dynamoDb.stop();
  });

  it('has what it needs beside it, and is far from the most that Lambda takes', () => {
    const files = readdirSync(join(directory, 'task'));
    expect(files.sort()).toEqual([
      'cluster.tar.zst',
      'index.mjs',
      'initdb.wasm',
      'libpg-query.wasm',
      'pglite.data',
      'pglite.wasm',
      'thread.mjs',
    ]);
    const bytes = files.reduce((sum, file) => sum + statSync(join(directory, 'task', file)).size, 0);
    expect(bytes).toBeLessThan(30 * megabyte);
  });

  it('answers where there is nothing else, with a planner, for each dialect', async () => {
    const parts = await dynamoDb.createParts();
    const { token } = await new KeyService(parts).create({ name: 'reader', scope: 'read' }, 'a test');
    const request = (dialect: string, query: unknown, schema?: unknown) =>
      eventOf('POST', '/v1/queries/analyses', {
        token,
        body: { dialect, query, ...(schema === undefined ? {} : { schema }) },
      });
    const table = 'CREATE TABLE t (id int PRIMARY KEY, a int)';
    const events = [
      request('postgresql', 'SELECT id FROM t WHERE a = $1', table),
      request('mysql', 'SELECT id FROM t WHERE a = ?', table),
      request('sqlite', 'SELECT id FROM t WHERE a = ?', table),
      request('mongodb', { find: 't', filter: { a: 1 } }),
    ];
    const environment = localSettings();
    const code = `
      const { handler } = await import(${JSON.stringify(join(directory, 'task', 'index.mjs'))});
      const context = { functionName: 'queries-api', awsRequestId: 'one', getRemainingTimeInMillis: () => 60000 };
      for (const event of ${JSON.stringify(events)}) console.log('answer ' + JSON.stringify(await handler(event, context)));
      process.exit();
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: directory,
      env: {
        ...environment,
        HISTORY_TABLE: parts.tableName,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      },
    });
    const answers = [...stdout.matchAll(/^answer (.*)$/gm)].map(([, answer]) => JSON.parse(answer ?? '{}'));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200, 200]);
    const bodies = answers.map(({ body }) => JSON.parse(body));
    expect(bodies.map(({ indexSuggestions }) => indexSuggestions[0]?.ddl)).toEqual([
      'CREATE INDEX t_a_idx ON t (a);',
      'CREATE INDEX t_a_idx ON t (a);',
      'CREATE INDEX t_a_idx ON t (a);',
      'db.t.createIndex({ "a": 1 })',
    ]);
    expect(bodies.map(({ planning }) => planning.unchecked ?? planning.checkedBy)).toEqual([
      'postgresql',
      'postgresql',
      'postgresql',
      expect.stringContaining('no planner of MongoDB'),
    ]);
  });
});
