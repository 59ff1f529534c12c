import { once } from 'node:events';
import http from 'node:http';
import { expect, it } from 'vitest';
import { forAMinute, type Start, signal } from '../../support/response-cache-host.ts';

/** Requests at the same time, and answers that break off. */
export function concurrencySuite(start: Start, streams: boolean): void {
  it('asks the handler once for all who ask the same at the same time', async () => {
    const gate = signal();
    const { ask, calls } = await start(async () => {
      await gate.promise;
      return { headers: forAMinute, body: 'for all' };
    });
    const asked = Array.from({ length: 20 }, () => ask());
    await expect.poll(calls).toBe(1);
    gate.give();
    const answers = await Promise.all(asked);
    expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['for all']));
    expect(calls()).toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ['private', { 'cache-control': 'private, max-age=60' }],
    ['with a cookie', { ...forAMinute, 'set-cookie': 'session=1' }],
  ])('gives no waiting request an answer that turns out to be %s', async (_, headers) => {
    const gate = signal();
    let made = 0;
    const { ask, calls } = await start(async () => {
      const mine = ++made;
      if (mine === 1) await gate.promise;
      return { headers, body: `for request ${mine}` };
    });
    const asked = Array.from({ length: 10 }, () => ask());
    await expect.poll(calls).toBe(1);
    gate.give();
    const texts = (await Promise.all(asked)).map(({ text }) => text);
    expect(new Set(texts).size).toBe(10);
    // For a while nobody waits any more.
    expect((await ask()).cacheStatus).toMatch(/fwd=bypass/);
  });

  it('lets nobody wait for the body of an answer that will not be shared', async () => {
    if (!streams) return;
    const gate = signal();
    async function* slow() {
      yield Buffer.from('begin');
      await gate.promise;
    }
    let made = 0;
    const { ask, url } = await start(() =>
      ++made === 1 ? { headers: { 'cache-control': 'private' }, body: slow() } : { body: 'quick' },
    );
    const first = await fetch(url);
    expect((await ask()).text).toBe('quick');
    gate.give();
    expect(await first.text()).toBe('begin');
  });

  it('stores nothing of a handler that fails', async () => {
    let made = 0;
    const { ask } = await start(() => {
      if (++made === 1) throw new Error('out of order');
      return { headers: forAMinute, body: 'fine' };
    });
    expect((await ask()).status).toBe(500);
    expect((await ask()).text).toBe('fine');
    expect((await ask()).text).toBe('fine');
    expect(made).toBe(2);
  });

  it('stores no answer that was cut off', async () => {
    if (!streams) return;
    let made = 0;
    async function* broken() {
      yield Buffer.from('begin');
      throw new Error('the connection to the database was lost');
    }
    const { ask } = await start(() => ({ headers: forAMinute, body: ++made === 1 ? broken() : 'whole' }));
    await expect(ask()).rejects.toThrow();
    expect((await ask()).text).toBe('whole');
    expect(made).toBe(2);
  });

  it('stores nothing when the client goes away, and lets others not wait for it', async () => {
    if (!streams) return;
    const gate = signal();
    const begun = signal();
    let made = 0;
    async function* slow() {
      yield Buffer.from('begin');
      begun.give();
      await gate.promise;
      yield Buffer.from('end');
    }
    const { ask, url, calls } = await start(() => ({ headers: forAMinute, body: ++made === 1 ? slow() : 'whole' }));
    const request = http.get(url);
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    await begun.promise;
    const waiting = ask();
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    request.destroy();
    expect((await waiting).text).toBe('whole');
    gate.give();
    expect((await ask()).text).toBe('whole');
    expect(calls()).toBe(2);
  });

  it('lets the handler answer when a callback of the options throws, and says so', async () => {
    const { ask, errors } = await start(() => ({ headers: forAMinute, body: 'hello' }), {
      skip: ({ target }) => {
        if (target === '/skip') throw new Error('skip failed');
        return false;
      },
      tags: () => {
        throw new Error('tags failed');
      },
    });
    for (const target of ['/skip', '/tags', '/tags']) expect((await ask(target)).text).toBe('hello');
    expect(errors.map((error) => (error instanceof Error ? error.message : ''))).toEqual([
      'skip failed',
      'tags failed',
    ]);
  });
}
