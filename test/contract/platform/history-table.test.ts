import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Outgoing } from '../../../lib/contracts/messages.ts';
import { documentClient } from '../../../lib/platform/parts.ts';
import { HistoryTable } from '../../../lib/platform/table/history-table.ts';
import type { ItemType, Stored } from '../../../lib/platform/table/item.ts';
import type { Key, Listing } from '../../../lib/platform/table/keys.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { MemoryTable } from '../../support/memory-table.ts';

const note = z.object({ text: z.string() });
type Note = z.output<typeof note>;
const noteItem: ItemType<Note> = { name: 'Note', version: 1, schema: note };

const keyOf = (name: string): Key => ({ pk: 'NOTES', sk: `NOTE#${name}` });
const notes: Listing = { pk: 'NOTES', prefix: 'NOTE#' };

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let table: HistoryTable;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  table = parts.table;
});

const rawItem = async ({ pk, sk }: Key) =>
  (await parts.client.send(new GetCommand({ TableName: parts.tableName, Key: { pk, sk } }))).Item;

const texts = async (items: AsyncIterable<Stored<Note>>): Promise<string[]> => {
  const all: string[] = [];
  for await (const { value } of items) all.push(value.text);
  return all;
};

const putRaw = (item: Record<string, unknown>) =>
  parts.client.send(new PutCommand({ TableName: parts.tableName, Item: item }));

describe('writing', () => {
  it('creates an item once and leaves the first one untouched', async () => {
    expect(await table.create(noteItem, keyOf('a'), { text: 'first' })).toMatchObject({ revision: 1, pending: [] });
    expect(await table.create(noteItem, keyOf('a'), { text: 'second' })).toBeUndefined();
    expect((await table.get(noteItem, keyOf('a')))?.value).toEqual({ text: 'first' });
  });

  it('creates an item once among many who try at the same time', async () => {
    const tries = Array.from({ length: 20 }, (_, i) => table.create(noteItem, keyOf('a'), { text: `${i}` }));
    expect((await Promise.all(tries)).filter((made) => made !== undefined)).toHaveLength(1);
  });

  it('replaces only the state that was read: who loses the race gets undefined and changes nothing', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'first' });
    const [one, other] = await Promise.all([table.get(noteItem, keyOf('a')), table.get(noteItem, keyOf('a'))]);
    if (one === undefined || other === undefined) throw new Error('It was just created');
    expect(await table.replace(one, { text: 'mine' })).toMatchObject({ revision: 2 });
    expect(await table.replace(other, { text: 'late' })).toBeUndefined();
    expect((await table.get(noteItem, keyOf('a')))?.value).toEqual({ text: 'mine' });
  });

  it('replaces nothing that went meanwhile', async () => {
    const made = await table.create(noteItem, keyOf('a'), { text: 'first' });
    if (made === undefined) throw new Error('It was not there before');
    expect(await table.delete(keyOf('a'))).toBe(true);
    expect(await table.delete(keyOf('a'))).toBe(false);
    expect(await table.replace(made, { text: 'again' })).toBeUndefined();
    expect(await table.get(noteItem, keyOf('a'))).toBeUndefined();
  });

  it('writes no trace of an outbox where nothing is pending', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'first' });
    expect(Object.keys((await rawItem(keyOf('a'))) ?? {}).sort()).toEqual([
      'data',
      'pk',
      'revision',
      'sk',
      'type',
      'version',
    ]);
  });
});

describe('a write whose answer is lost', () => {
  let proxy: LossyProxy;
  let client: DynamoDBClient;
  let distant: HistoryTable;

  beforeEach(async () => {
    proxy = await startLossyProxy(dynamoDb.endpoint);
    client = new DynamoDBClient({
      endpoint: proxy.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    distant = new HistoryTable(documentClient(client), parts.tableName, parts.outbox, parts.clock);
    return async () => {
      client.destroy();
      await proxy.close();
    };
  });

  it('is known as the own one when the SDK repeats it, and its messages go out', async () => {
    const pending = [{ queue: 'tasks', body: { type: 'task.run', taskId: parts.ids(0) } }] as const;
    proxy.loseNextAnswer();
    const made = await distant.create(noteItem, keyOf('a'), { text: 'mine' }, { pending });
    expect(made).toMatchObject({ revision: 1 });
    expect(parts.sent).toEqual(pending);
    if (made === undefined) return;
    proxy.loseNextAnswer();
    expect(await distant.replace(made, { text: 'mine still' })).toMatchObject({ revision: 2 });
    expect((await table.get(noteItem, keyOf('a')))?.value).toEqual({ text: 'mine still' });
  });

  it('is not taken for the own one when somebody else was there before', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'theirs' });
    proxy.loseNextAnswer();
    expect(await distant.create(noteItem, keyOf('a'), { text: 'mine' })).toBeUndefined();
    expect((await table.get(noteItem, keyOf('a')))?.value).toEqual({ text: 'theirs' });
  });
});

describe('expiry', () => {
  it('is stored in whole seconds, as DynamoDB wants it, and stays when an item is replaced', async () => {
    const expiresAt = parts.time.now + 10_500;
    const made = await table.create(noteItem, keyOf('a'), { text: 'short' }, { expiresAt });
    expect((await rawItem(keyOf('a')))?.expiresAt).toBe(Math.ceil(expiresAt / 1000));
    if (made === undefined) return;
    await table.replace(made, { text: 'still' });
    expect((await rawItem(keyOf('a')))?.expiresAt).toBe(Math.ceil(expiresAt / 1000));
  });

  it('takes an item away that DynamoDB has not removed yet: nobody reads it, and its key is free', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'short' }, { expiresAt: parts.time.now + 1000 });
    await table.create(noteItem, keyOf('b'), { text: 'long' });
    parts.time.now += 2000;
    expect(await rawItem(keyOf('a'))).toBeDefined();
    expect(await table.get(noteItem, keyOf('a'))).toBeUndefined();
    expect((await table.page(noteItem, notes, { limit: 10 })).items).toEqual([{ text: 'long' }]);
    expect(await texts(table.all(noteItem, notes))).toEqual(['long']);
    expect(await table.create(noteItem, keyOf('a'), { text: 'new' })).toMatchObject({ revision: 1 });
  });
});

describe('listing', () => {
  const names = Array.from({ length: 7 }, (_, i) => `n${i}`);

  beforeEach(async () => {
    await Promise.all(names.map((name) => table.create(noteItem, keyOf(name), { text: name })));
    await table.create(noteItem, { pk: 'NOTES', sk: 'OTHER#1' }, { text: 'of another listing' });
    await table.create(noteItem, { pk: 'OTHERS', sk: 'NOTE#1' }, { text: 'of another partition' });
  });

  const pages = async (limit: number, order: 'ascending' | 'descending') => {
    const seen: string[][] = [];
    let cursor: string | undefined;
    do {
      const page = await table.page(noteItem, notes, { limit, ...(cursor && { cursor }) }, order);
      seen.push(page.items.map(({ text }) => text));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return seen;
  };

  it('gives every item once, page by page, in either order', async () => {
    expect((await pages(3, 'ascending')).flat()).toEqual(names);
    expect((await pages(3, 'descending')).flat()).toEqual(names.toReversed());
    expect((await pages(3, 'ascending'))[0]).toHaveLength(3);
    expect((await pages(200, 'ascending'))[0]).toEqual(names);
  });

  it('goes through all items, or those after one', async () => {
    expect(await texts(table.all(noteItem, notes))).toEqual(names);
    const rest = table.all(noteItem, notes, { after: 'NOTE#n4' });
    expect(await texts(rest)).toEqual(['n5', 'n6']);
  });

  it('goes through more than one answer of DynamoDB holds', async () => {
    const text = 'x'.repeat(300_000);
    await Promise.all(names.map((name) => table.create(noteItem, { pk: 'LARGE', sk: `NOTE#${name}` }, { text })));
    expect(await texts(table.all(noteItem, { pk: 'LARGE', prefix: 'NOTE#' }))).toEqual(names.map(() => text));
  });

  it.each([
    ['of another listing', Buffer.from('OTHER#1').toString('base64url')],
    ['damaged', `${Buffer.from('NOTE#n1').toString('base64url')}!`],
    ['in other letters', Buffer.from('NOTE#n1').toString('base64url').slice(0, -1)],
    ['not text', Buffer.from([0xff, 0xfe, 0x00]).toString('base64url')],
    ['longer than any key', Buffer.from(`NOTE#${'x'.repeat(1100)}`).toString('base64url')],
  ])('refuses a cursor that is %s', async (_, cursor) => {
    await expect(table.page(noteItem, notes, { limit: 10, cursor })).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'query.cursor' }],
    });
  });
});

describe('items of other versions and types', () => {
  const third: ItemType<{ words: string[]; language: string }> = {
    name: 'Note',
    version: 3,
    schema: z.object({ words: z.array(z.string()), language: z.string() }),
    migrations: {
      1: (older) => ({ words: note.parse(older).text.split(' ') }),
      2: (older) => ({ ...z.object({ words: z.array(z.string()) }).parse(older), language: 'en' }),
    },
  };

  it('brings an older item up step by step, and writes it back as the newest', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'old words' });
    const read = await table.get(third, keyOf('a'));
    expect(read?.value).toEqual({ words: ['old', 'words'], language: 'en' });
    if (read === undefined) return;
    await table.replace(read, { ...read.value, language: 'de' });
    const raw = await rawItem(keyOf('a'));
    expect(raw).toMatchObject({ version: 3 });
    expect(JSON.parse(String(raw?.data))).toEqual({ words: ['old', 'words'], language: 'de' });
    expect((await table.get(third, keyOf('a')))?.value.language).toBe('de');
  });

  it('says clearly that an item is newer than it knows', async () => {
    await table.create(third, keyOf('a'), { words: [], language: 'en' });
    await expect(table.get(noteItem, keyOf('a'))).rejects.toThrow(/Note was written by a newer Headroom \(version 3/);
  });

  it('says which step of a migration is missing', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'old' });
    const { 2: second } = third.migrations ?? {};
    const incomplete = { ...third, migrations: second === undefined ? {} : { 2: second } };
    await expect(table.get(incomplete, keyOf('a'))).rejects.toThrow('No migration of Note from version 1');
  });

  it('never reads an item as one of another type, nor one of another shape', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'a note' });
    await expect(table.get({ ...noteItem, name: 'Letter' }, keyOf('a'))).rejects.toThrow(/Expected Letter.*found Note/);
    await putRaw({ ...keyOf('b'), type: 'Note', version: 1, revision: 1, data: '{"text":7}' });
    await expect(table.get(noteItem, keyOf('b'))).rejects.toThrow();
  });
});

it('keeps whatever JSON can say, under any names, and leaves out what is undefined', async () => {
  const anyItem: ItemType<unknown> = { name: 'Any', version: 1, schema: z.unknown() };
  const names = fc.constantFrom('constructor', 'toString', 'hasOwnProperty', 'ü', '', 'a.b', '1');
  const value = fc.oneof(fc.jsonValue(), fc.dictionary(names, fc.jsonValue()));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(value, async (given) => {
      const key = keyOf(`any-${count++}`);
      await table.create(anyItem, key, given);
      expect((await table.get(anyItem, key))?.value).toEqual(JSON.parse(JSON.stringify(given)));
    }),
    { numRuns: 50 },
  );
  await table.create(anyItem, keyOf('absent'), { present: 1, absent: undefined });
  expect((await table.get(anyItem, keyOf('absent')))?.value).toEqual({ present: 1 });
});

/** What is done to one of three items, by what was read of it last; or how far time goes on. */
const deed = fc.oneof(
  fc.record({
    deed: fc.constantFrom('get', 'create', 'replace', 'delete', 'deleteAsRead', 'all', 'page' as const),
    name: fc.constantFrom('a', 'b', 'c'),
    livesMs: fc.option(fc.integer({ min: 1, max: 4000 }), { nil: undefined }),
    tells: fc.boolean(),
  }),
  fc.record({ passMs: fc.integer({ min: 1, max: 3000 }) }),
);
type Deed = typeof deed extends fc.Arbitrary<infer Value> ? Value : never;

/** Does all of it, and notes each answer and each message. */
async function answersOf(on: HistoryTable, sent: Outgoing[], time: { now: number }, prefix: string, deeds: Deed[]) {
  const keyIn = (name: string): Key => ({ pk: prefix, sk: `NOTE#${name}` });
  const read = new Map<string, Stored<Note>>();
  const shown = (found: Stored<Note> | undefined) =>
    found && { value: found.value, revision: found.revision, pending: found.pending, expiresAt: found.expiresAt };
  const answers: unknown[] = [];
  for (const [index, each] of deeds.entries()) {
    if ('passMs' in each) {
      time.now += each.passMs;
      continue;
    }
    const { name, livesMs, tells } = each;
    const value = { text: `${name} ${index}` };
    const message: Outgoing = { queue: 'tasks', body: { type: 'task.run', taskId: value.text } };
    const options = {
      ...(tells ? { pending: [message] } : {}),
      ...(livesMs === undefined ? {} : { expiresAt: time.now + livesMs }),
    };
    const known = read.get(name);
    const keep = (found: Stored<Note> | undefined) => {
      if (found !== undefined) read.set(name, found);
      // What a writer has in hand is not rounded yet.
      const { expiresAt, ...rest } = shown(found) ?? {};
      return each.deed === 'get' ? shown(found) : rest;
    };
    const all = async () => {
      const found = [];
      for await (const one of on.all(noteItem, { pk: prefix, prefix: 'NOTE#' })) found.push(shown(one));
      return found;
    };
    const does = {
      get: async () => keep(await on.get(noteItem, keyIn(name))),
      create: async () => keep(await on.create(noteItem, keyIn(name), value, options)),
      replace: async () => known && keep(await on.replace(known, value, options)),
      delete: () => on.delete(keyIn(name)),
      deleteAsRead: async () => known && (await on.deleteAsRead(known)),
      all,
      page: async () => (await on.page(noteItem, { pk: prefix, prefix: 'NOTE#' }, { limit: 2 }, 'descending')).items,
    };
    answers.push([index, each.deed, await does[each.deed]()]);
  }
  return { answers, sent: sent.splice(0) };
}

it('answers as the table in memory does that tests of many writes use in its place', async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 5, maxLength: 40 }), async (deeds) => {
      const begun = parts.time.now;
      const real = await answersOf(table, parts.sent, parts.time, `RUN#${++run}`, deeds);
      const time = { now: begun };
      const told: Outgoing[] = [];
      const memory = new MemoryTable(
        () => time.now,
        (messages) => told.push(...messages),
      );
      const inMemory = await answersOf(memory.asTable(), told, time, `RUN#${run}`, deeds);
      expect(inMemory).toEqual(real);
    }),
    { numRuns: 40 },
  );
});
