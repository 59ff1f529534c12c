import { describe, expect, it } from 'vitest';
import { accept, type Behaviour } from './collector.ts';
import { useCollector } from './use-collector.ts';

const used = useCollector();

describe('a service whose Headroom is out of order', () => {
  const garbage = 'not http at all '.repeat(100);
  const cases: Record<string, Behaviour> = {
    'answers 500': (_, response) => response.writeHead(500).end('no'),
    'answers 200 with a web page': (_, response) => response.end('<html>'.repeat(100_000)),
    'closes the connection': (request) => request.socket.destroy(),
    'answers garbage': (request) => request.socket.end(garbage),
    'does not answer': () => {},
    'answers 202 without end': (_, response) => {
      response.writeHead(202).write('{');
    },
    redirects: (_, response) => response.writeHead(302, { location: '/elsewhere' }).end(),
    'knows no such key': (_, response) => response.writeHead(401).end(),
  };

  it.each(Object.entries(cases))('serves as ever while Headroom %s, and then loses nothing', async (_, behaviour) => {
    used.collector.behaviour = behaviour;
    const host = await used.startHost({ HEADROOM_FLUSH_MS: '100' });
    const ask = async (i: number): Promise<void> => {
      const body = `body ${i}`;
      const response = await fetch(`${host.address}/echo`, { method: 'POST', body });
      expect([response.status, response.headers.get('x-mine'), await response.text()]).toEqual([201, 'kept', body]);
    };
    await ask(0);
    await used.collector.until(() => used.collector.received.length > 0);
    await Promise.all(Array.from({ length: 40 }, (_, i) => ask(i)));
    // At most once a minute.
    expect(host.program.output().split('\n').filter(Boolean).length).toBeLessThanOrEqual(1);
    // As it is restarted: nobody asks the service to try again.
    used.collector.behaviour = accept;
    used.collector.closeConnections();
    const all = { 'POST /echo': { 201: 41 } };
    await used.collector.until(() => JSON.stringify(used.collector.requests) === JSON.stringify(all));
    expect(used.collector.batches.every(({ dropped }) => dropped === 0)).toBe(true);
  });

  it.each(Object.entries(cases))('answers as fast as ever while Headroom %s', async (_, behaviour) => {
    used.collector.behaviour = behaviour;
    const watched = await used.startHost({ HEADROOM_FLUSH_MS: '100' });
    const alone = await used.startHost({ HEADROOM_MONITORING_ENABLED: 'false' });
    const times = new Map([watched, alone].map((host) => [host, [] as number[]]));
    await watched.get('/items/1');
    await used.collector.until(() => used.collector.received.length > 0);
    for (let i = 0; i < 300; i++) {
      for (const [host, taken] of times) {
        const startedAt = performance.now();
        await host.get('/items/1');
        taken.push(performance.now() - startedAt);
      }
    }
    const [ofWatched, ofAlone] = [...times.values()].map((taken) => taken.toSorted((a, b) => a - b)[150] ?? 0);
    // In turns, so that whatever else the machine does falls on both alike.
    expect(ofWatched).toBeLessThan(1.5 * (ofAlone ?? 0) + 0.5);
  });

  it('does not mind that nothing listens there', async () => {
    const host = await used.startHost({ HEADROOM_URL: 'http://127.0.0.1:1', HEADROOM_FLUSH_MS: '100' });
    expect(await host.get('/items/1')).toBe('200 item 1');
    await host.flush();
    expect(await host.get('/items/1')).toBe('200 item 1');
    expect(host.program.output()).toMatch(/^headroom: Telemetry waits: .*ECONNREFUSED.*\n$/);
  });

  it('loses nothing by an outage, and sends the same batch again under the same number', async () => {
    let outage = true;
    used.collector.behaviour = (request, response, body) =>
      outage ? response.writeHead(503).end() : accept(request, response, body);
    const host = await used.startHost();
    for (let i = 0; i < 5; i++) {
      await host.get('/items/1');
      await host.flush();
    }
    outage = false;
    await host.flush();
    expect(used.collector.requests).toEqual({ 'GET /items/:id': { 200: 5 } });
    const first = used.collector.received.filter(({ batch }) => batch.sequence === 0);
    expect(first.length).toBeGreaterThan(1);
    for (const { batch } of first) expect(batch).toEqual(first[0]?.batch);
    expect(used.collector.batches.map(({ sequence, dropped }) => [sequence, dropped])).toEqual([
      [0, 0],
      [1, 0],
    ]);
  });

  it('keeps away for as long as Retry-After asks', async () => {
    used.collector.behaviour = (_, response) => response.writeHead(429, { 'retry-after': '1' }).end();
    const host = await used.startHost();
    await host.get('/items/1');
    await host.flush();
    const refusedAt = performance.now();
    used.collector.behaviour = accept;
    await host.flush();
    expect(used.collector.received).toHaveLength(1);
    await used.collector.until(() => used.collector.received.length === 2);
    expect(performance.now() - refusedAt).toBeGreaterThan(900);
  });

  it('gives up what is refused, says so, and goes on with the next', async () => {
    used.collector.behaviour = (_, response) =>
      response.writeHead(403, { 'content-type': 'application/problem+json' }).end('{}');
    const host = await used.startHost();
    await host.get('/items/1');
    await host.flush();
    used.collector.behaviour = accept;
    await host.get('/items/2');
    await host.flush();
    expect(used.collector.batches.map(({ sequence, dropped }) => [sequence, dropped])).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(host.program.output()).toBe(
      'headroom: Telemetry was given up: Headroom answered 403; please check HEADROOM_API_KEY.\n',
    );
  });

  it('holds a bounded number of windows, the newest', async () => {
    used.collector.behaviour = (_, response) => response.writeHead(500).end();
    const host = await used.startHost();
    for (let i = 0; i < 400; i++) {
      await host.get('/items/1');
      await host.flush();
    }
    used.collector.behaviour = accept;
    await host.flush();
    const batches = used.collector.batches;
    // One was in the batch that was tried all the time, 360 in the spool.
    expect(batches.reduce((sum, { windows }) => sum + windows.length, 0)).toBe(361);
    expect(batches.at(-1)?.dropped).toBe(401 - 361);
  });
});
