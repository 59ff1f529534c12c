import { setTimeout as delay } from 'node:timers/promises';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { lastOf } from '../../support/load-client.ts';
import type { TestPlatform } from '../../support/platform.ts';

const namespace = 'e9';

/** Two entries, of which one has expired when the maintenance of caches comes by. @returns whose bytes were there, served or not */
export async function maintainedCache({ client, runtime }: TestPlatform) {
  const kept = async (): Promise<string[]> => {
    const { Items = [] } = await runtime.dynamodb.send(
      new ScanCommand({ TableName: runtime.cacheTable, ConsistentRead: true }),
    );
    const withBytes = new Set(Items.filter(({ d }) => d?.B !== undefined).map(({ pk }) => pk?.S));
    return ['brief', 'kept'].filter((key) => withBytes.has(`${namespace}#e#${key}`));
  };
  const set = [
    { key: 'brief', value: 1, ttlSeconds: 0.1 },
    { key: 'kept', value: 2 },
  ];
  await client.call('batchCache', { params: { namespace }, body: { set } });
  const before = await kept();
  await delay(150);
  // By itself each hour, or as soon as somebody asks.
  const { taskId } = await client.call('startTask', { body: { type: 'cache-maintenance', payload: { namespace } } });
  const until = ({ endedAt }: { endedAt?: string | undefined }) => endedAt !== undefined;
  const task = await lastOf(client.poll('getTask', { params: { taskId } }, { until, intervalMs: 500 }));
  return { before, task, after: await kept() };
}
