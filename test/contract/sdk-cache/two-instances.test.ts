import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { memory, redis } from '../../../lib/cache/library/tiers.ts';
import { httpCache } from '../../../lib/sdk/middleware.ts';
import { listening } from '../../support/listening.ts';
import { useRedisServer } from '../../support/redis-server.ts';

const server = useRedisServer();
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

let made = 0;

/** Two instances of a service, each with its own memory, over one Redis. */
async function start(headers: Record<string, string>) {
  const namespace = `answers-${++made}`;
  let calls = 0;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const urls: string[] = [];
  for (let instance = 0; instance < 2; instance++) {
    const cache = createCache<unknown>({
      namespace,
      tiers: [memory(), redis({ client: server.client })],
      policy: { coherence: 'strict' },
    });
    // They listen at ports of their own; behind a load balancer both have its name.
    const wrap = httpCache({ cache, host: false });
    const handler = wrap(async (_: http.IncomingMessage, response: http.ServerResponse) => {
      const mine = ++calls;
      await gate;
      response.writeHead(200, headers).end(`answer ${mine}`);
    });
    const { port, close } = await listening(http.createServer(handler));
    closing.push(close, () => cache.close());
    urls.push(`http://127.0.0.1:${port}/`);
  }
  const [one = '', two = ''] = urls;
  const askBoth = (times: number) =>
    Promise.all(Array.from({ length: times * 2 }, async (_, at) => (await fetch(at % 2 === 0 ? one : two)).text()));
  return { one, two, askBoth, open: () => open(), calls: () => calls };
}

describe('The response cache of two instances over one Redis', () => {
  it('asks one handler once for all who ask both', async () => {
    const { askBoth, open, calls } = await start({ 'cache-control': 'max-age=60' });
    const asked = askBoth(10);
    await expect.poll(calls).toBe(1);
    open();
    expect(new Set(await asked)).toEqual(new Set(['answer 1']));
    expect(calls()).toBe(1);
  });

  it('gives a private answer to nobody who waits for it, on either', async () => {
    const { askBoth, open, calls } = await start({ 'cache-control': 'private, max-age=60' });
    const asked = askBoth(10);
    await expect.poll(calls).toBeGreaterThanOrEqual(1);
    open();
    expect(new Set(await asked).size).toBe(20);
    expect(calls()).toBe(20);
  });

  it('serves nothing on one that a change on the other has made stale', async () => {
    const { one, two, open } = await start({ 'cache-control': 'max-age=60' });
    open();
    const ask = async (url: string, method = 'GET') => (await fetch(url, { method })).headers.get('cache-status');
    expect(await ask(one)).toMatch(/fwd=uri-miss/);
    await expect.poll(() => ask(two)).toMatch(/hit/);
    await ask(one, 'PUT');
    expect(await ask(two)).toMatch(/fwd=uri-miss/);
  });
});
