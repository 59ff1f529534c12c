import { expect, it } from 'vitest';
import { Notifier } from '../../../lib/alerts/announcing/notifier.ts';
import { channelItem } from '../../../lib/alerts/channels/model.ts';
import { deliveryItem } from '../../../lib/alerts/delivery/model.ts';
import { Deliveries } from '../../../lib/alerts/delivery/service.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { SilenceService } from '../../../lib/alerts/silences/service.ts';
import { channelRequest } from '../../../lib/contracts/channels.ts';
import type { Outgoing } from '../../../lib/contracts/messages.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { countedIds } from '../../support/history-table.ts';
import { Crash, MemoryTable } from '../../support/memory-table.ts';

const begin = Date.parse('2026-01-31T02:00:00.000Z');
const about = { type: 'slow-requests', subject: 'a', project: 'shop' } as const;

/** An alert, its notification and its delivery, by processes of which one ends at a step. The receiver fails once. */
async function walk(crashAt: number | undefined) {
  let now = begin;
  const clock = () => now;
  const queue: Outgoing[] = [];
  const table = new MemoryTable(clock, (messages) => queue.push(...messages));
  const send = async (messages: readonly Outgoing[]) => void queue.push(...messages);
  const parts = { table: table.asTable(), clock, ids: countedIds(), send, random: () => 0.5 };
  const received: string[] = [];
  let failures = 1;
  const couriers: ConstructorParameters<typeof Deliveries>[1] = {
    prepare: (_, { notificationId }) => ({
      parts: 1,
      send: async () => {
        if (failures-- > 0)
          return { delivered: false, final: false, status: 500, detail: 'The receiver answered 500.' };
        received.push(notificationId);
        return { delivered: true, status: 200 };
      },
    }),
  };
  const at = new Date(begin).toISOString();
  const settings = channelRequest.parse({ kind: 'slack', url: 'https://hooks.example/abc' });
  const channel = { channelId: 'ops', settings, createdAt: at, createdBy: 'Ada', updatedAt: at };
  await table.create(channelItem, keys.channel('ops'), channel);
  const begun = table.steps;
  table.crashAt = crashAt === undefined ? undefined : begun + crashAt;
  const notifier = new Notifier(parts, new SilenceService(parts));
  const deliveries = new Deliveries(parts, couriers);
  const alerts = new AlertService(parts);
  const survived = async (work: () => Promise<void>): Promise<boolean> => {
    try {
      await work();
      return true;
    } catch (error) {
      if (error instanceof Crash) return false;
      throw error;
    }
  };
  const shown = { evidence: [] };
  const observation = { at: begin, finds: 'firing', severity: 'high', reason: 'Bad.', shown } as const;
  while (!(await survived(() => alerts.observe(about, observation)))) now += 1000;
  for (let minute = 0; minute < 20; minute++) {
    now += 60_000;
    table.relayDue();
    await survived(() => notifier.notify('shop'));
    for (const message of queue.splice(0)) {
      const done = await survived(async () => {
        if (message.queue === 'notifications') await deliveries.deliver(message.body);
        if (message.queue === 'alerts' && message.body.type === 'alert.changed') await notifier.changed(about);
      });
      // As SQS gives a message again that nobody has deleted.
      if (!done) queue.push(message);
    }
  }
  const crashed = crashAt !== undefined && table.steps > begun + crashAt;
  table.crashAt = undefined;
  const [id = ''] = received;
  return { received, crashed, delivery: (await table.get(deliveryItem, keys.delivery(id, 'ops')))?.value };
}

it('delivers at least once, under one id, wherever a process ends between an alert and its delivery', async () => {
  expect((await walk(undefined)).received).toHaveLength(1);
  let crashAt = 0;
  for (; ; crashAt++) {
    const { received, crashed, delivery } = await walk(crashAt);
    expect(received.length, `crash at step ${crashAt}`).toBeGreaterThanOrEqual(1);
    expect(received.length, `crash at step ${crashAt}`).toBeLessThanOrEqual(2);
    expect(new Set(received).size, `crash at step ${crashAt}`).toBe(1);
    expect(delivery, `crash at step ${crashAt}`).toMatchObject({ status: 'delivered' });
    if (!crashed) break;
  }
  expect(crashAt).toBeGreaterThan(40);
});
