import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  type AttributeValue,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openData } from '../../../bin/data.ts';
import { newestVersions } from '../../../lib/contracts/item-versions.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { type DataSource, exportData } from '../../../lib/deployment/data/export.ts';
import { restoreData } from '../../../lib/deployment/data/restore.ts';
import { ensureCacheTable, ensureHistoryTable } from '../../../lib/local/provision/tables.ts';
import { accessApi } from '../../../lib/platform/access/api.ts';
import { docsHandlers } from '../../../lib/platform/docs/handlers.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { projectHandlers } from '../../../lib/projects/handlers.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { createClient } from '../../../lib/sdk/client.ts';
import { sourceFiles } from '../../architecture/source.ts';
import { outputOf } from '../../support/captured-output.ts';
import { runInProcess } from '../../support/cli-in-process.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';

let directory: string;
let engine: TestDynamoDb;
let dynamodb: DynamoDBClient;
let tables = 0;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'headroom-data-'));
  engine = await startTestDynamoDb();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  dynamodb = new DynamoDBClient({ endpoint: engine.endpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  dynamodb.destroy();
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
});

let file = '';
beforeEach(() => {
  file = join(directory, `export-${tables}.gz`);
});

const source = (tables: DataSource['tables'], place = 'here'): DataSource => ({ dynamodb, place, tables });

/** Both tables, empty and new. */
async function newTables(): Promise<{ history: string; cache: string }> {
  tables++;
  const names = { history: `history${tables}`, cache: `cache${tables}` };
  await Promise.all([ensureHistoryTable(dynamodb, names.history), ensureCacheTable(dynamodb, names.cache)]);
  return names;
}

const put = (TableName: string, Item: Record<string, AttributeValue>) =>
  dynamodb.send(new PutItemCommand({ TableName, Item }));

/** Every kind of value that DynamoDB knows; numbers beyond what JavaScript holds. */
const oddItem: Record<string, AttributeValue> = {
  pk: { S: 'ODD' },
  sk: { S: 'ä\n"\u2028#' },
  number: { N: '123456789012345678901234567890.123456' },
  bytes: { B: new Uint8Array([0, 255, 10, 13, 34]) },
  byteSet: { BS: [new Uint8Array([1]), new Uint8Array([2, 3])] },
  nested: { M: { list: { L: [{ NULL: true }, { BOOL: false }, { SS: ['a', 'b'] }] }, empty: { M: {} } } },
};

async function fill({ history, cache }: { history: string; cache: string }, items = 60): Promise<void> {
  await put(history, oddItem);
  for (let i = 0; i < items; i++) {
    await put(history, {
      pk: { S: `P${i % 7}` },
      sk: { S: `I${i}` },
      type: { S: 'Project' },
      version: { N: '1' },
      data: { S: JSON.stringify({ i }) },
      ...(i % 5 === 0 ? { outboxShard: { S: '1' }, outboxDue: { S: String(i) } } : {}),
    });
  }
  await put(cache, { pk: { S: 'C' }, sk: { S: 'v' }, value: { B: Buffer.alloc(2_000, 7) } });
}

async function contents(TableName: string): Promise<unknown[]> {
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName }));
  // Attributes have no order, in an item or a map.
  const plain = Items.map((item) =>
    JSON.stringify(item, (_, value) => {
      if (value instanceof Uint8Array) return [...value];
      const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isMap ? Object.fromEntries(Object.entries(value).sort()) : value;
    }),
  );
  return plain.sort();
}

describe('all data as a file', () => {
  it('comes back byte for byte, in both tables', async () => {
    const [from, to] = [await newTables(), await newTables()];
    await fill(from);
    const { items } = await exportData(source(from), file);
    expect(items).toEqual({ history: 61, cache: 1 });
    const restored = await restoreData(source(to), file);
    expect(restored).toEqual({ items, skipped: 0, isResumed: false });
    expect(await contents(to.history)).toEqual(await contents(from.history));
    expect(await contents(to.cache)).toEqual(await contents(from.cache));
    expect(existsSync(`${file}.part`)).toBe(false);
  });

  it('holds the cache only when that is asked for', async () => {
    const from = await newTables();
    await fill(from, 3);
    const { items } = await exportData(source({ history: from.history }), file);
    expect(items).toEqual({ history: 4, cache: 0 });
  });

  it('goes on where an export was cut off, and holds each item once', async () => {
    const [from, to] = [await newTables(), await newTables()];
    await fill(from);
    // The scan of the history is done when the interrupt comes, before the cache's.
    const interrupt = new AbortController();
    const cut = exportData(source(from), file, {
      onProgress: () => interrupt.abort(new Error('cut')),
      signal: interrupt.signal,
    });
    await expect(cut).rejects.toThrow('cut');
    expect(existsSync(file)).toBe(false);
    // What was written after the note is cut away.
    writeFileSync(`${file}.part`, Buffer.concat([readFileSync(`${file}.part`), gzipSync('half')]));
    expect((await exportData(source(from), file)).isResumed).toBe(true);
    await restoreData(source(to), file);
    expect(await contents(to.history)).toEqual(await contents(from.history));
    expect(gunzipSync(readFileSync(file)).toString()).not.toContain('half');
  });

  it('goes on where a restore was cut off', async () => {
    const [from, to] = [await newTables(), await newTables()];
    await fill(from, 150);
    await exportData(source(from), file);
    const interrupt = new AbortController();
    const cut = restoreData(source(to), file, {
      onProgress: () => interrupt.abort(new Error('cut')),
      signal: interrupt.signal,
    });
    await expect(cut).rejects.toThrow('cut');
    expect((await contents(to.history)).length).toBeGreaterThan(0);
    expect((await restoreData(source(to), file)).isResumed).toBe(true);
    expect(await contents(to.history)).toEqual(await contents(from.history));
  });

  it('goes on in the place where it began, and nowhere else', async () => {
    const from = await newTables();
    await fill(from, 102);
    const interruptible = () => {
      const interrupt = new AbortController();
      return { onProgress: () => interrupt.abort(new Error('cut')), signal: interrupt.signal };
    };
    const cutExport = exportData(source(from, 'there'), file, interruptible());
    await expect(cutExport).rejects.toThrow('cut');
    expect((await exportData(source(from), file)).isResumed).toBe(false);
    // The tables of every data directory are called the same.
    const to = await newTables();
    await expect(restoreData(source(to, 'there'), file, interruptible())).rejects.toThrow('cut');
    await expect(restoreData(source(to), file)).rejects.toThrow('holds something');
    // What was put there is gone since.
    for (const TableName of Object.values(to)) await dynamodb.send(new DeleteTableCommand({ TableName }));
    await Promise.all([ensureHistoryTable(dynamodb, to.history), ensureCacheTable(dynamodb, to.cache)]);
    expect((await restoreData(source(to, 'there'), file)).isResumed).toBe(false);
    expect(await contents(to.history)).toEqual(await contents(from.history));
  });

  it('is put only where there is nothing, unless it is merged, and then what is there stays', async () => {
    const [from, to] = [await newTables(), await newTables()];
    await fill(from, 3);
    await exportData(source({ history: from.history }), file);
    await put(to.history, { ...oddItem, number: { N: '1' } });
    const target = source({ history: to.history });
    await expect(restoreData(target, file)).rejects.toThrow('holds something');
    expect(await restoreData(target, file, { merge: true })).toMatchObject({ skipped: 1 });
    expect(await contents(to.history)).toHaveLength(4);
    expect(JSON.stringify(await contents(to.history))).toContain('number');
  });

  it('is looked through before anything is written: whole, ours, and nothing newer', async () => {
    const [from, to] = [await newTables(), await newTables()];
    await fill(from, 3);
    await exportData(source(from), file);
    const whole = readFileSync(file);
    const restore = () => restoreData(source(to), file);
    truncateSync(file, whole.length - 40);
    await expect(restore()).rejects.toThrow(/cut off|damaged/);
    writeFileSync(file, gzipSync('{"other":1}\n'));
    await expect(restore()).rejects.toThrow('is no export of Headroom');
    await expect(restoreData(source(to), 'nowhere.gz')).rejects.toThrow('nowhere.gz is damaged, or no export');
    writeFileSync(file, 'plain');
    await expect(restore()).rejects.toThrow(/damaged|no export/);
    const text = gunzipSync(whole).toString();
    writeFileSync(file, gzipSync(text.replace('"version":{"N":"1"}', '"version":{"N":"9"}')));
    await expect(restore()).rejects.toThrow('Project of version 9');
    expect(await contents(to.history)).toEqual([]);
  });
});

describe('a platform on restored data', () => {
  /** What it says of itself at the doors, over the real gateway. */
  async function answers(parts: TestParts, apiKey: string): Promise<unknown[]> {
    const [platform, project] = [functionParts('platform-api', parts), functionParts('projects-api', parts)];
    const gateway = await gatewayTo({
      'platform-api': httpDoor('platform-api', platform, {
        getHealth: async () => ({ status: 200, body: { status: 'ok' } }),
        getStatus: async () => Promise.reject(new Error('Not here')),
        ...docsHandlers({ version: '0.0.0' }),
        ...accessApi(platform),
      }),
      'projects-api': httpDoor('projects-api', project, projectHandlers(new ProjectService(project))),
    });
    const { call } = createClient({ url: gateway.url, apiKey });
    let told: unknown[] = [];
    await outputOf(async () => {
      told = await Promise.all([
        call('getCaller'),
        call('listKeys'),
        call('listAudit', { query: {} }),
        call('listProjects'),
        call('getThresholds', { params: { project: 'shop' } }),
      ]);
    });
    await gateway.stop(0);
    return told;
  }

  it('answers as the one that it was exported from, and takes the same keys', async () => {
    const [from, to] = [await engine.createParts(), await engine.createParts()];
    const { token } = await new KeyService(from).create({ name: 'ci', scope: 'admin', projects: ['shop'] }, 'a test');
    const projects = new ProjectService(from);
    await projects.put(
      'shop',
      projectSettings.parse({ baseUrl: 'https://shop.example.com', resources: { stack: 's' } }),
    );
    await projects.putThresholds('shop', { preset: 'production', slowRequestMs: { value: 321, forMinutes: 7 } });
    const before = await answers(from, token);
    expect(JSON.stringify(before)).toMatch(/"ci".*shop\.example\.com.*321/);
    await exportData(source({ history: from.tableName }), file);
    await restoreData(source({ history: to.tableName }), file);
    expect(await answers(to, token)).toEqual(before);
  });
});

describe('the kinds of items', () => {
  it('are known with their newest versions, as they stand where they are declared', () => {
    const declared = sourceFiles()
      .filter(({ path }) => path.startsWith('lib/'))
      .flatMap(({ text }) => [...text.matchAll(/ItemType<[^=]+= \{\s*name: '(\w+)',\s*version: (\d+)/g)]);
    const later = declared
      .filter(([, , version]) => version !== '1')
      .map(([, name, version]) => [name, Number(version)]);
    expect(declared.length).toBeGreaterThan(50);
    expect(Object.fromEntries(later)).toEqual(newestVersions);
  });
});

describe('headroom export, restore and upgrade', () => {
  it('move the data of this machine, and tell what would be brought up', async () => {
    const run = (...args: string[]) => runInProcess(args, directory, {}, { openData });
    const kept = join(directory, 'kept.gz');
    writeFileSync(
      kept,
      gzipSync(
        [
          JSON.stringify({ headroomExport: 1, version: '0.0.1', exportedAt: '2026-01-01', tables: ['history'] }),
          JSON.stringify({
            t: 'history',
            i: { pk: { S: 'A' }, sk: { S: 'B' }, type: { S: 'LoadTest' }, version: { N: '1' }, data: { S: '{}' } },
          }),
          JSON.stringify({ end: true, items: { history: 1, cache: 0 } }),
          '',
        ].join('\n'),
      ),
    );
    expect((await run('export', 'none.gz', '--data', 'nowhere')).err).toContain('There is no data of Headroom');
    expect((await run('restore', 'none.gz', '--data', 'nowhere')).err).toBe(
      'none.gz cannot be read: there is no such file.\n',
    );
    expect(existsSync(join(directory, 'nowhere'))).toBe(false);
    expect((await run('restore', kept, '--data', 'machine')).out).toContain('1 items were put back.');
    const checked = await run('upgrade', '--check', '--data', 'machine');
    expect(checked).toMatchObject({ code: 0 });
    expect(checked.out).toMatch(/LoadTest +1 +1 +brought up when it is read/);
    const exported = await run('export', 'again.gz', '--data', 'machine', '--json');
    expect(JSON.parse(exported.out)).toMatchObject({ items: { history: 1, cache: 0 } });
    expect(gunzipSync(readFileSync(join(directory, 'again.gz'))).toString()).toContain('"LoadTest"');
  });
});
