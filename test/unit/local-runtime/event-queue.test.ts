import { expect, it } from 'vitest';
import { createEventQueue } from '../../../lib/local/emulators/lambda/event-queue.ts';
import type { InvocationResult } from '../../../lib/local/lambda/hosted-instance.ts';
import { accountConcurrency } from '../../../lib/local/lambda/limits.ts';

/** A host that ends an invocation when the test says so. */
function heldHost(parallel: number) {
  const begun: { event: unknown; end: (result: InvocationResult) => void }[] = [];
  return {
    begun,
    parallel,
    invoke: (event: unknown) => new Promise<InvocationResult>((end) => begun.push({ event, end })),
  };
}

const ok: InvocationResult = { ok: true, payload: null };
const busy: InvocationResult = {
  ok: false,
  refused: true,
  errorType: 'TooManyRequestsException',
  errorMessage: 'busy',
};

function queueOver(host: ReturnType<typeof heldHost>) {
  const log: string[] = [];
  const time = { now: 0 };
  const queue = createEventQueue({ name: 'f', host, log: (line) => log.push(line), now: () => time.now });
  return { queue, log, time };
}

it('runs no more events at once than there are instances, and the next when one ends', async () => {
  const host = heldHost(2);
  const { queue } = queueOver(host);
  for (const event of [1, 2, 3]) queue.accept(event, '');
  const events = () => host.begun.map(({ event }) => event);
  expect(events()).toEqual([1, 2]);
  host.begun[1]?.end(ok);
  await expect.poll(events).toEqual([1, 2, 3]);
});

it('drops an event that waited for over a minute, and goes on with the next', async () => {
  const host = heldHost(1);
  const { queue, log, time } = queueOver(host);
  queue.accept('first', '');
  queue.accept('late', '');
  time.now = 30_000;
  queue.accept('in time', '');
  time.now = 60_001;
  host.begun[0]?.end(ok);
  await expect.poll(() => host.begun.map(({ event }) => event)).toEqual(['first', 'in time']);
  expect(log).toEqual(['f: an event that it was invoked with waited for over 60 s and is dropped']);
});

it('tries an event again that the function was too busy for, until it is too late', async () => {
  const host = heldHost(1);
  const { queue, log, time } = queueOver(host);
  queue.accept('a', '');
  host.begun[0]?.end(busy);
  await expect.poll(() => host.begun.map(({ event }) => event), { timeout: 5_000 }).toEqual(['a', 'a']);
  time.now = 60_001;
  host.begun[1]?.end(busy);
  await expect.poll(() => log, { timeout: 5_000 }).toHaveLength(1);
  expect(host.begun).toHaveLength(2);
});

it('takes no more than it may hold', () => {
  const { queue } = queueOver(heldHost(1));
  expect(queue.accept('runs', '')).toBe(true);
  for (let count = 0; count < accountConcurrency; count += 1) expect(queue.accept(count, '')).toBe(true);
  expect(queue.accept('too many', '')).toBe(false);
});

it('begins nothing once it is stopped, and waits for what is under way', async () => {
  const host = heldHost(1);
  const { queue, log } = queueOver(host);
  queue.accept('running', '');
  queue.accept('waiting', '');
  const stopped = queue.stop(60_000);
  host.begun[0]?.end(ok);
  await stopped;
  expect(host.begun).toHaveLength(1);
  expect(log).toEqual(['f: 1 of the events that it was invoked with were given up']);
});
