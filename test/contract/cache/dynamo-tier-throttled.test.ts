import { randomUUID } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { decreed, reapAll } from '../../support/tier-entries.ts';
import { tableName, useCacheTable } from './dynamo-tables.ts';

const table = useCacheTable('dynoxide');

/** What the proxy answers in place of the table: by the name of the command, undefined to let it through. */
type Answer = (command: string, body: Record<string, unknown>) => { status: number; body: object } | undefined;

const throttled = {
  status: 400,
  body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException', message: 'slow down' },
};

let server: Server;
let answer: Answer = () => undefined;
let asked = 0;

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

beforeAll(async () => {
  server = createServer(async (from, to) => {
    asked += 1;
    const text = await textOf(from);
    const command = String(from.headers['x-amz-target']).split('.')[1] ?? '';
    const own = answer(command, JSON.parse(text) as Record<string, unknown>);
    if (own !== undefined) {
      to.writeHead(own.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(own.body));
      return;
    }
    const onward = request(table.endpoint, { method: 'POST', headers: from.headers }, (back) => {
      to.writeHead(back.statusCode ?? 500, back.headers);
      back.pipe(to);
    });
    onward.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** @param maxAttempts of the SDK itself */
function slowTier(maxAttempts = 3, timeoutMs = 1_500) {
  const { port } = server.address() as AddressInfo;
  const namespace = randomUUID();
  const client = table.newClient(`http://127.0.0.1:${port}`, maxAttempts);
  return { tier: table.tier({ client, tableName, namespace, timeoutMs }), namespace };
}

/** So that a failing run can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe('The DynamoDB tier, throttled', () => {
  it('asks again for what is left of batches, and loses nothing to errors at random', async () => {
    const random = randomFrom(7);
    const { tier } = slowTier(10, 20_000);
    answer = (command, body) => {
      if (random() < 0.1) return throttled;
      if (random() < 0.1) return { status: 500, body: { __type: 'InternalServerError', message: 'oops' } };
      const isRead = command === 'BatchGetItem';
      if ((isRead || command === 'BatchWriteItem') && random() < 0.3) {
        return {
          status: 200,
          body: { Responses: {}, [isRead ? 'UnprocessedKeys' : 'UnprocessedItems']: body.RequestItems },
        };
      }
      return undefined;
    };
    const payload = Buffer.alloc(900_000, 1);
    const keys = Array.from({ length: 12 }, (_, at) => `k${at}`);
    await tier.set(keys.map((key) => ({ key, entry: decreed(key, ['red']) })));
    await tier.set([{ key: 'big', entry: { ...decreed(), payload, rawBytes: payload.length } }]);
    const { entries } = await tier.read([...keys, 'big']);
    expect(entries.map((hit) => hit?.entry.payload.length)).toEqual([...keys.map((key) => key.length), payload.length]);
    const event = await tier.invalidate({ kind: 'tags', values: ['red'], soft: false });
    answer = () => undefined;
    expect(await reapAll(tier, event)).toBe(12);
  });

  it('says in time that it is not available, and works when it is again', async () => {
    const { tier } = slowTier();
    await tier.set([{ key: 'a', entry: decreed('a') }]);
    answer = () => throttled;
    const began = performance.now();
    await expect(tier.read(['a'])).rejects.toThrow(TierUnavailableError);
    await expect(tier.invalidate({ kind: 'clear', values: [], soft: false })).rejects.toMatchObject({
      tier: 'dynamodb',
    });
    expect(performance.now() - began).toBeLessThan(6_000);
    answer = () => undefined;
    expect((await tier.read(['a'])).entries[0]).toBeDefined();
  });

  it('gives up on a batch that gets nowhere, and on an answer that does not come', async () => {
    const { tier } = slowTier();
    await tier.set(['a', 'b'].map((key) => ({ key, entry: decreed(key) })));
    answer = (command, body) =>
      command === 'BatchGetItem'
        ? { status: 200, body: { Responses: {}, UnprocessedKeys: body.RequestItems } }
        : undefined;
    asked = 0;
    await expect(tier.read(['a', 'b'])).rejects.toThrow(/undone again and again/);
    expect(asked).toBeLessThan(15);
    answer = () => undefined;
    expect((await tier.read(['a', 'b'])).entries).toHaveLength(2);
  });
});
