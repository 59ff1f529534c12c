import { GetCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Outgoing } from '../../../lib/contracts/messages.ts';
import { HistoryTable } from '../../../lib/platform/table/history-table.ts';
import type { ItemType, Stored } from '../../../lib/platform/table/item.ts';
import type { Key } from '../../../lib/platform/table/keys.ts';
import { Outbox } from '../../../lib/platform/table/outbox.ts';
import { quietLog, startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';

const noteItem: ItemType<{ text: string }> = { name: 'Note', version: 1, schema: z.object({ text: z.string() }) };
const keyOf = (name: string): Key => ({ pk: `NOTES#${name}`, sk: 'NOTE' });

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let isQueueDown: boolean;
let sent: string[];
let outbox: Outbox;
let table: HistoryTable;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

const idOf = ({ body }: Outgoing): string => ('taskId' in body ? body.taskId : body.type);

const send = async (messages: readonly Outgoing[]): Promise<void> => {
  if (isQueueDown) throw new Error('SQS does not answer');
  sent.push(...messages.map(idOf));
};

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  isQueueDown = false;
  sent = [];
  ({ outbox, table } = stores());
});

const stores = (sends: typeof send = send) => {
  const { client, tableName, clock } = parts;
  const relay = new Outbox({ client, table: tableName, send: sends, clock, log: quietLog });
  return { outbox: relay, table: new HistoryTable(client, tableName, relay, clock) };
};

const message = (taskId: string): Outgoing => ({ queue: 'tasks', body: { type: 'task.run', taskId } });

const rawItem = async ({ pk, sk }: Key) =>
  (await parts.client.send(new GetCommand({ TableName: parts.tableName, Key: { pk, sk } }))).Item;

const existing = <Value>(stored: Stored<Value> | undefined): Stored<Value> => {
  if (stored === undefined) throw new Error('The item should be there');
  return stored;
};

describe('messages that follow a write', () => {
  it('are sent at once by the writer, who clears them', async () => {
    const made = await table.create(noteItem, keyOf('a'), { text: '' }, { pending: [message('1'), message('2')] });
    expect(sent).toEqual(['1', '2']);
    expect(made?.pending).toEqual([]);
    const raw = await rawItem(keyOf('a'));
    for (const attribute of ['pending', 'outboxShard', 'outboxDue', 'outboxId'])
      expect(raw).not.toHaveProperty(attribute);
    expect(existing(await table.get(noteItem, keyOf('a'))).revision).toBe(1);
  });

  it('are not sent when the write lost its race', async () => {
    await table.create(noteItem, keyOf('a'), { text: 'first' });
    await table.create(noteItem, keyOf('a'), { text: 'second' }, { pending: [message('1')] });
    expect(sent).toEqual([]);
  });

  it('wait when the queue is down, and the write stands; they leave after the grace of their writer', async () => {
    isQueueDown = true;
    const made = await table.create(noteItem, keyOf('a'), { text: 'stands' }, { pending: [message('1')] });
    expect(made?.pending).toEqual([message('1')]);
    expect(existing(await table.get(noteItem, keyOf('a'))).value).toEqual({ text: 'stands' });
    isQueueDown = false;
    parts.time.now += 9_999;
    expect(await outbox.relayDue()).toBe(0);
    parts.time.now += 1;
    expect(await outbox.relayDue()).toBe(1);
    expect(sent).toEqual(['1']);
    expect(await outbox.relayDue()).toBe(0);
    expect(sent).toEqual(['1']);
  });

  it('wait for their time, however far off, and go then', async () => {
    const due = parts.time.now + 300 * 24 * 60 * 60 * 1000;
    await table.create(noteItem, keyOf('a'), { text: '' }, { pending: [message('1')], pendingDue: due });
    expect(sent).toEqual([]);
    parts.time.now = due - 1;
    expect(await outbox.relayDue()).toBe(0);
    parts.time.now = due;
    expect(await outbox.relayDue()).toBe(1);
    expect(sent).toEqual(['1']);
  });

  it('go twice, and never not at all, when their sender ends before it clears them', async () => {
    const dying = stores(async (messages) => {
      await send(messages);
      throw new Error('The process ends here');
    });
    await dying.table.create(noteItem, keyOf('a'), { text: '' }, { pending: [message('1')] });
    parts.time.now += 10_000;
    expect(await outbox.relayDue()).toBe(1);
    expect(sent).toEqual(['1', '1']);
    expect(existing(await table.get(noteItem, keyOf('a'))).pending).toEqual([]);
  });

  it('of an earlier write go with those of the write that replaces it', async () => {
    isQueueDown = true;
    const made = existing(await table.create(noteItem, keyOf('a'), { text: '' }, { pending: [message('1')] }));
    isQueueDown = false;
    const replaced = await table.replace(made, { text: 'new' }, { pending: [message('2')] });
    expect(sent).toEqual(['1', '2']);
    expect(replaced?.pending).toEqual([]);
  });

  it('are not cleared by the sender of equal messages of an earlier write', async () => {
    // The writer has sent its messages and is slow to clear them; meanwhile the tick has cleared them, and a later
    // write brought the same ones while the queue was down.
    const slow = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const slowWriter = stores(async (messages) => {
      await send(messages);
      reached.resolve();
      await slow.promise;
    });
    const writing = slowWriter.table.create(noteItem, keyOf('a'), { text: '' }, { pending: [message('1')] });
    await reached.promise;
    parts.time.now += 10_000;
    await outbox.relayDue();
    isQueueDown = true;
    const cleared = existing(await table.get(noteItem, keyOf('a')));
    await table.replace(cleared, { text: 'again' }, { pending: [message('1')] });
    slow.resolve();
    await writing;
    expect(existing(await table.get(noteItem, keyOf('a'))).pending).toEqual([message('1')]);
  });
});

describe('relaying', () => {
  const names = Array.from({ length: 30 }, (_, i) => `n${i}`);

  it('finds what waits in every shard, once', async () => {
    isQueueDown = true;
    await Promise.all(
      names.map((name) => table.create(noteItem, keyOf(name), { text: '' }, { pending: [message(name)] })),
    );
    isQueueDown = false;
    parts.time.now += 10_000;
    expect(await outbox.relayDue()).toBe(names.length);
    expect(sent.toSorted()).toEqual(names.toSorted());
  });

  it('by two at once sends each message at least once and leaves nothing', async () => {
    isQueueDown = true;
    await Promise.all(
      names.map((name) => table.create(noteItem, keyOf(name), { text: '' }, { pending: [message(name)] })),
    );
    isQueueDown = false;
    parts.time.now += 10_000;
    await Promise.all([outbox.relayDue(), stores().outbox.relayDue()]);
    expect(new Set(sent)).toEqual(new Set(names));
    expect(await outbox.relayDue()).toBe(0);
  });

  it('goes on with the others where one cannot be sent', async () => {
    isQueueDown = true;
    for (const name of ['a', 'poison', 'b']) {
      await table.create(noteItem, keyOf(name), { text: '' }, { pending: [message(name)] });
    }
    parts.time.now += 10_000;
    isQueueDown = false;
    const picky = stores(async (messages) => {
      if (messages.some((each) => idOf(each) === 'poison')) throw new Error('This one is refused');
      await send(messages);
    });
    expect(await picky.outbox.relayDue()).toBe(2);
    expect(sent.toSorted()).toEqual(['a', 'b']);
    expect(await outbox.relayDue()).toBe(1);
  });
});

type Step =
  | { do: 'write'; item: number; messages: number; staleness: number; queue: 'up' | 'down' | 'dies' }
  | { do: 'relay'; queue: 'up' | 'down' | 'dies' };

const queueState = fc.constantFrom<Step['queue']>('up', 'down', 'dies');
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      item: fc.nat(2),
      messages: fc.nat(2),
      staleness: fc.nat(1),
      queue: queueState,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('relay' as const), queue: queueState }) },
);

describe('whatever comes in whatever order', () => {
  it('sends every message that was written at least once, and none that was not', { timeout: 60_000 }, async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const run = ++runs;
        const written = new Set<string>();
        const heldBefore = new Map<number, Stored<{ text: string }>>();
        sent = [];
        let queue: Step['queue'] = 'up';
        const fragile = stores(async (messages) => {
          if (queue === 'down') throw new Error('SQS does not answer');
          await send(messages);
          if (queue === 'dies') throw new Error('The process ends here');
        });
        let count = 0;
        for (const each of steps) {
          queue = each.queue;
          parts.time.now += 10_000;
          if (each.do === 'relay') {
            await fragile.outbox.relayDue();
            continue;
          }
          const key = keyOf(`${run}-${each.item}`);
          const pending = Array.from({ length: each.messages }, () => message(`${run}-${++count}`));
          const now = await fragile.table.get(noteItem, key);
          // Sometimes by who has read it earlier, and then loses.
          const read = each.staleness === 0 ? now : (heldBefore.get(each.item) ?? now);
          if (now !== undefined) heldBefore.set(each.item, now);
          const done =
            read === undefined
              ? await fragile.table.create(noteItem, key, { text: '' }, { pending })
              : await fragile.table.replace(read, { text: String(count) }, { pending });
          if (done !== undefined) for (const each of pending) written.add(idOf(each));
        }
        parts.time.now += 10_000;
        await outbox.relayDue();
        expect(new Set(sent)).toEqual(written);
        expect(await outbox.relayDue()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
