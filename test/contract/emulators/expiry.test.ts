import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DynamoDb, startDynamoDb } from '../../../lib/local/emulators/dynamodb.ts';
import { type ExpiringTable, removeExpired, sweepExpired } from '../../../lib/local/emulators/expiry.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import { ensureHistoryTable } from '../../../lib/local/provision/tables.ts';
import { historyTable } from '../../../lib/platform/table/schema.ts';
import { temporaryDataDir } from './data-directory.ts';

const nowMs = Date.parse('2026-01-31T02:00:00Z');
const nowSeconds = nowMs / 1000;

describe.each(['dynoxide', 'dynalite'] as const)('on %s, what has expired', (engine) => {
  let dynamodb: DynamoDb;
  let table: ExpiringTable;
  beforeAll(async () => {
    dynamodb = await startDynamoDb({ dataDir: temporaryDataDir(), engine });
    const client = new DynamoDBClient({ endpoint: dynamodb.endpoint, region, credentials });
    table = { client, name: 'history', ...historyTable };
    await ensureHistoryTable(client, table.name);
  });
  afterAll(async () => {
    table.client.destroy();
    await dynamodb.stop();
  });

  const put = (pk: string, expiresAt?: number, text = '') => {
    const expires = expiresAt === undefined ? {} : { expiresAt: { N: String(expiresAt) } };
    const Item = { pk: { S: pk }, sk: { S: 'x' }, text: { S: text }, ...expires };
    return table.client.send(new PutItemCommand({ TableName: table.name, Item }));
  };
  const left = async (): Promise<(string | undefined)[]> => {
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
    return Items.map(({ pk }) => pk?.S).toSorted();
  };

  it('is removed, on whatever page it stands, and nothing else', async () => {
    // Of this size four fill a page, so that most of what is read comes on later pages.
    const text = 'x'.repeat(250_000);
    for (let i = 0; i < 12; i += 1) await put(`expired-${i}`, nowSeconds - i, text);
    await put('just-living', nowSeconds + 1);
    await put('for-ever');
    expect(await removeExpired(table, nowMs)).toBe(12);
    expect(await left()).toEqual(['for-ever', 'just-living']);
    expect(await removeExpired(table, nowMs)).toBe(0);
  });

  it('is swept once at the start, and a sweep that fails says so and ends nothing', async () => {
    await put('expired', nowSeconds - 1);
    const lines: string[] = [];
    const log = (line: string) => lines.push(line);
    const sweep = sweepExpired(table, { log, now: () => nowMs });
    await expect.poll(left).not.toContain('expired');
    await sweep.stop();
    expect(lines).toEqual([]);
    const broken = sweepExpired({ ...table, name: 'missing' }, { log, now: () => nowMs });
    await expect.poll(() => lines).toEqual([expect.stringContaining('missing: what has expired could not be removed')]);
    await broken.stop();
  });
});
