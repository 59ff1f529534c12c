import { describe, expect, it } from 'vitest';
import type { RequestRecord, TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { useCollector } from './use-collector.ts';

const used = useCollector();

const hash = expect.stringMatching(/^[0-9a-f]{16}$/);
const secrets = { authorization: 'Bearer s3cret-t0ken', 'x-account': 'account-4711', 'x-forwarded-for': '203.0.113.7' };

/** Asks for each path at once, and tells what was reported. */
async function windowAfter(paths: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<TelemetryWindow> {
  const host = await used.startHost(more, 'records');
  const { address } = host;
  const ask = async (path: string) => (await fetch(`${address}${path}`, { headers: secrets })).text();
  // Some are cut off.
  await Promise.allSettled(paths.map(ask));
  await host.flush();
  const [window] = used.collector.batches[0]?.windows ?? [];
  if (window === undefined) throw new Error('nothing was reported');
  return window;
}

describe('a request that is kept whole', () => {
  it('says who sent it by hashes, also when it was cut off', async () => {
    const { failedRequests, slowRequests } = await windowAfter(['/fail', '/cut', '/wait']);
    expect(failedRequests).toHaveLength(2);
    expect(slowRequests).toHaveLength(3);
    for (const record of [...failedRequests, ...slowRequests])
      expect(record).toMatchObject({ user: hash, address: hash });
    expect(new Set([...failedRequests, ...slowRequests].map(({ user, address }) => `${user} ${address}`)).size).toBe(1);
    const sent = JSON.stringify(used.collector.received);
    for (const secret of ['s3cret', '4711', '203.0.113.7', '127.0.0.1"']) expect(sent).not.toContain(secret);
  });

  it('says who sent it as the service knows it, behind its proxy', async () => {
    const window = await windowAfter(['/fail'], {
      IDENTIFY: 'true',
      HEADROOM_RECORD_PEOPLE: 'plain',
      HEADROOM_TRUST_PROXY: 'true',
    });
    expect(window.failedRequests).toMatchObject([{ user: 'account-4711', address: '203.0.113.7' }]);
  });

  it('says nothing of who sent it when that is not wanted', async () => {
    const { failedRequests } = await windowAfter(['/fail'], { HEADROOM_RECORD_PEOPLE: 'none', IDENTIFY: 'true' });
    expect(failedRequests).toHaveLength(1);
    expect(Object.keys(failedRequests[0] ?? {})).not.toEqual(expect.arrayContaining(['user', 'address']));
  });

  it('tells what it had of the CPU, and what memory the service had', async () => {
    const { slowRequests } = await windowAfter(['/busy']);
    const [busy] = slowRequests as [RequestRecord];
    expect(busy.cpuMs).toBeGreaterThan(80);
    // Of this thread, which others on the machine may have kept from its work.
    expect(busy.cpuMs).toBeLessThan(busy.responseTimeMs + 5);
    expect(busy.memoryMb).toBeGreaterThan(20);
  });
});

describe('a stream of events', () => {
  it('that its client has left is neither failed nor slow', async () => {
    const host = await used.startHost({}, 'records');
    const aborter = new AbortController();
    const { body } = await fetch(`${host.address}/events`, { signal: aborter.signal });
    await body?.getReader().read();
    aborter.abort();
    await expect
      .poll(async () => {
        await host.flush();
        return used.collector.requests;
      })
      .toEqual({ 'GET /events': { 200: 1 } });
    const windows = used.collector.batches.flatMap((batch) => batch.windows);
    expect(windows.flatMap(({ slowRequests, failedRequests }) => [...slowRequests, ...failedRequests])).toEqual([]);
    expect(windows.flatMap(({ endpoints }) => endpoints)).toMatchObject([{ failed: 0 }]);
  });
});

describe('a window', () => {
  it('tells how many requests were answered at one time', async () => {
    const host = await used.startHost({}, 'records');
    await Promise.all(Array.from({ length: 7 }, () => host.get('/wait')));
    await host.flush();
    await host.flush();
    const peaks = used.collector.batches.map(({ windows }) => windows[0]?.peakConcurrentRequests);
    expect(peaks).toEqual([7, 0]);
  });
});
