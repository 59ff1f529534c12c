import { expect, it } from 'vitest';
import { forAMinute, type Start, signal } from '../../support/response-cache-host.ts';

/** Changes, and what is past its time. */
export function freshnessSuite(start: Start): void {
  it('forgets a URL when a change of it succeeds, before the client hears of it', async () => {
    let stock = 3;
    const { ask } = await start(({ method }) => {
      if (method === 'DELETE') return { status: 409, body: 'no' };
      if (method !== 'GET') stock--;
      return { headers: forAMinute, body: `${stock} left` };
    });
    expect((await ask('/items?id=1')).text).toBe('3 left');
    expect((await ask('/items?id=1', { method: 'DELETE' })).status).toBe(409);
    expect((await ask('/items?id=1')).cacheStatus).toMatch(/hit/);
    expect((await ask('/items?id=1', { method: 'POST', body: 'one' })).text).toBe('2 left');
    expect((await ask('/items?id=1')).text).toBe('2 left');
    expect((await ask('/items?id=1')).cacheStatus).toMatch(/hit/);
  });

  it('invalidates what a change says that it makes stale', async () => {
    let name = 'old';
    const { ask } = await start(
      ({ method }) => {
        if (method === 'PUT') name = 'new';
        return { headers: forAMinute, body: name };
      },
      { tags: () => ['names'], invalidates: () => ({ tags: ['names'] }) },
    );
    expect((await ask('/list')).text).toBe('old');
    await ask('/item', { method: 'PUT' });
    expect((await ask('/list')).text).toBe('new');
  });

  it('stores nothing that a change has overtaken', async () => {
    let stock = 3;
    const gate = signal();
    const { ask, calls } = await start(async ({ method, target }) => {
      if (method === 'POST') {
        stock--;
        return { body: 'done' };
      }
      const read = stock;
      if (target === '/items' && read === 3) await gate.promise;
      return { headers: forAMinute, body: `${read} left` };
    });
    const reading = ask('/items');
    await expect.poll(calls).toBe(1);
    await ask('/items', { method: 'POST' });
    gate.give();
    expect((await reading).text).toBe('3 left');
    expect((await ask('/items')).text).toBe('2 left');
  });

  it('serves stale while one request makes it anew', async () => {
    const gate = signal();
    let made = 0;
    const { ask, clock, calls } = await start(async () => {
      const mine = ++made;
      if (mine === 2) await gate.promise;
      return { headers: { 'cache-control': 'max-age=10, stale-while-revalidate=60' }, body: `version ${mine}` };
    });
    await ask();
    clock.shiftMs += 20_000;
    const revalidating = ask();
    await expect.poll(calls).toBe(2);
    const meanwhile = await ask();
    expect(meanwhile.text).toBe('version 1');
    expect(meanwhile.cacheStatus).toBe('headroom; hit; ttl=-11');
    gate.give();
    const anew = await revalidating;
    expect([anew.text, anew.cacheStatus]).toEqual(['version 2', expect.stringMatching(/^headroom; fwd=stale/)]);
    expect((await ask()).text).toBe('version 2');
    expect(calls()).toBe(2);
  });

  it.each(['throws', 'answers 503'])('serves stale when the handler %s, while that is allowed', async (how) => {
    let isBroken = false;
    const { ask, clock } = await start(() => {
      if (isBroken && how === 'throws') throw new Error('out of order');
      if (isBroken) return { status: 503, body: 'out of order' };
      return { headers: { 'cache-control': 'max-age=10, stale-if-error=60' }, body: 'good' };
    });
    await ask();
    isBroken = true;
    clock.shiftMs += 20_000;
    for (let round = 0; round < 2; round++) {
      const stale = await ask();
      expect([stale.status, stale.text]).toEqual([200, 'good']);
      expect(stale.cacheStatus).toMatch(/^headroom; fwd=stale; detail=/);
    }
    clock.shiftMs += 60_000;
    expect((await ask()).status).toBeGreaterThanOrEqual(500);
  });

  it('heeds what clients ask of its freshness', async () => {
    let made = 0;
    const { ask, clock } = await start(() => ({ headers: forAMinute, body: `version ${++made}` }));
    const asking = (directive: string) => ask('/', { headers: { 'cache-control': directive } });
    expect((await asking('only-if-cached')).status).toBe(504);
    expect((await ask()).text).toBe('version 1');
    expect((await asking('only-if-cached')).text).toBe('version 1');
    expect((await asking('no-cache')).text).toBe('version 2');
    expect((await ask()).text).toBe('version 2');
    clock.shiftMs += 20_000;
    expect((await asking('max-age=30')).text).toBe('version 2');
    expect((await asking('max-age=10')).text).toBe('version 3');
    expect((await asking('no-store')).text).toBe('version 4');
    expect((await ask()).text).toBe('version 3');
  });

  it('stores by the TTL of its options what may be stored and says nothing', async () => {
    const { ask, calls } = await start(({ target }) => ({ status: target === '/none' ? 404 : 200, body: 'x' }), {
      ttlSeconds: 30,
    });
    for (const target of ['/none', '/none', '/some', '/some']) await ask(target);
    expect(calls()).toBe(2);
  });
}
