import { afterAll, beforeAll, expect, it } from 'vitest';
import { ChannelService } from '../../../lib/alerts/channels/service.ts';
import { NotificationService } from '../../../lib/alerts/delivery/notifications.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { channelRequest } from '../../../lib/contracts/channels.ts';
import { systemResolve } from '../../../lib/projects/target.ts';
import type { TestParts } from '../../support/history-table.ts';
import { KilledFunctions } from '../../support/killed-functions.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let functions: KilledFunctions;

beforeAll(async () => {
  parts = await dynamoDb.createParts();
  const { endpoint: dynamoDbEndpoint } = dynamoDb;
  functions = await KilledFunctions.start({ parts, dynamoDbEndpoint, queues: ['alerts', 'notifications'] });
});
afterAll(() => functions?.stop());

/** From an alert to its delivery. */
async function walk(project: string, killAt: number) {
  const about = { type: 'slow-requests', subject: 'a', project } as const;
  const found = { finds: 'firing', severity: 'high', reason: 'Bad.' } as const;
  await new AlertService(parts).observe(about, { ...found, shown: { evidence: [] }, at: parts.time.now });
  const deeds = await functions.lead(killAt);
  const { items } = await new NotificationService(parts).list({ limit: 10, project }, () => true);
  const ids = functions.wire.received.map((headers) => headers['headroom-notification-id']);
  return { told: items, ids, deeds };
}

it('is delivered at least once and under one id, after whatever deed a function is killed on the way from an alert', async () => {
  const post = { clock: parts.clock, resolve: systemResolve, privateTargets: true, timeoutMs: 1000 };
  const hook = { kind: 'webhook', url: `${functions.wire.url}/hook`, secret: '0123456789abcdef-secret' };
  await new ChannelService(parts, post).put('ops', channelRequest.parse(hook), 'Ada');
  const { ids: once, deeds } = await walk('shop', 0);
  expect(once).toHaveLength(1);
  expect(deeds).toBeGreaterThanOrEqual(8);

  const repeatedAfter: number[] = [];
  for (let killAt = 1; killAt <= deeds; killAt++) {
    const { told, ids } = await walk(`shop-${killAt}`, killAt);
    const where = `killed after deed ${killAt} of ${deeds}`;
    expect(told, where).toMatchObject([{ status: 'delivered' }]);
    expect([...new Set(ids)], where).toEqual([told[0]?.notificationId]);
    if (ids.length > 1) repeatedAfter.push(killAt);
  }
  // Only what ends between what was sent and the note of it is sent again.
  expect(repeatedAfter).toHaveLength(1);
});
