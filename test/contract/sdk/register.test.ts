import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { environmentFor, startProgram } from './host.ts';
import { useCollector } from './use-collector.ts';

const used = useCollector();

describe('a service under --import headroom/register', () => {
  it('is reported request by request, exactly', async () => {
    const host = await used.startHost();
    const load = [
      ...Array.from({ length: 60 }, (_, i) => `/items/${i}?secret=${i}`),
      ...Array.from({ length: 12 }, () => '/status/500'),
      ...Array.from({ length: 7 }, () => '/status/404'),
      ...Array.from({ length: 5 }, () => '/nowhere'),
    ];
    await Promise.all(load.map((path) => host.get(path)));
    for (const path of ['/reset', '/half', '/half']) await expect(host.get(path)).rejects.toThrow();
    const hanging = get(`${host.address}/hang`).on('error', () => {});
    await once(host.program.child, 'message');
    hanging.destroy();
    await once(host.program.child, 'message');
    await host.flush();

    expect(used.collector.requests).toEqual({
      'GET /items/:id': { 200: 60 },
      'GET /status/:id': { 500: 12, 404: 7 },
      'GET /nowhere': { 404: 5 },
      'GET /reset': { cutOff: 1 },
      'GET /half': { cutOff: 2 },
      'GET /hang': { cutOff: 1 },
    });
    const [first] = used.collector.received;
    expect(first).toMatchObject({ path: '/v1/projects/shop/telemetry', authorization: 'Bearer hr_test' });
    const window = first?.batch.windows[0];
    expect(window?.failedRequests).toHaveLength(16);
    expect(window?.failedRequests.filter(({ status }) => status === 0)).toHaveLength(4);
    expect(window?.slowRequests).toHaveLength(10);
    expect(window?.endpoints.reduce((sum, { failed }) => sum + failed, 0)).toBe(16);
    expect(JSON.stringify(used.collector.batches)).not.toContain('secret');
  });

  it('is reported with its bytes, over one connection and with pipelining', async () => {
    const host = await used.startHost();
    const { port, hostname } = new URL(host.address);
    const socket = connect(Number(port), hostname);
    const asked = 'GET /items/7 HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3);
    const posted = 'POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\nConnection: close\r\n\r\n';
    let answers = '';
    socket.setEncoding('latin1').on('data', (chunk) => {
      answers += chunk;
    });
    socket.write(asked + posted + 'x'.repeat(5_000));
    await once(socket, 'close');
    await host.flush();
    expect(used.collector.requests).toEqual({ 'GET /items/:id': { 200: 3 }, 'POST /echo': { 201: 1 } });
    const endpoints = used.collector.batches[0]?.windows[0]?.endpoints ?? [];
    expect(endpoints.reduce((sum, { requestBytes }) => sum + requestBytes, 0)).toBe(
      asked.length + posted.length + 5_000,
    );
    expect(endpoints.reduce((sum, { responseBytes }) => sum + responseBytes, 0)).toBe(answers.length);
    const heads = answers.match(/HTTP\/1\.1 .*?\r\n\r\n/gs) ?? [];
    expect(heads).toHaveLength(4);
    expect(used.collector.batches[0]?.windows[0]?.network).toEqual({
      requests: 4,
      connections: 1,
      responseBytes: answers.length,
      responseBodyBytes: answers.length - heads.join('').length,
    });
  });

  it('is reported also where its connections are no sockets of the net', async () => {
    const host = await used.startHost();
    await host.get('/duplex');
    await host.flush();
    expect(used.collector.requests).toEqual({ 'GET /duplex': { 200: 1 }, 'GET /inner': { 404: 1 } });
  });

  it('is reported with the queries of each request, however they interleave', async () => {
    const host = await used.startHost();
    await Promise.all([9, 1, 4, 0, 6].map((count) => host.get(`/queries/${count}`)));
    await host.get('/later');
    await host.flush();
    const [window] = used.collector.batches[0]?.windows ?? [];
    expect(window?.endpoints).toMatchObject([
      { route: '/queries/:id', queries: 20 },
      { route: '/later', queries: 0 },
    ]);
    expect(window?.queries.filter(({ fingerprint }) => fingerprint.startsWith('INSERT'))).toMatchObject([
      { fingerprint: 'INSERT INTO items (name) VALUES (?)', endpoint: 'GET /queries/:id', rows: 20, maxPerRequest: 9 },
      { fingerprint: 'INSERT INTO items (name) VALUES (?)', rows: 1, maxPerRequest: 0 },
    ]);
    const perRequest = window?.slowRequests
      .filter(({ route }) => route === '/queries/:id')
      .map(({ queries }) => queries);
    expect(perRequest?.toSorted()).toEqual([0, 1, 4, 6, 9]);
  });

  it('numbers its batches, and its windows lie side by side', async () => {
    const host = await used.startHost({ HEADROOM_FLUSH_MS: '200' });
    await host.get('/items/1');
    await used.collector.until(() => used.collector.batches.length >= 4);
    const batches = used.collector.batches;
    expect(batches.map(({ sequence }) => sequence)).toEqual(batches.map((_, i) => i));
    expect(new Set(batches.map(({ instance }) => instance)).size).toBe(1);
    const windows = batches.flatMap((batch) => batch.windows);
    for (const [i, { start, durationMs, resources }] of windows.entries()) {
      expect(resources).toMatchObject({ memoryLimitMb: expect.any(Number) });
      const end = Date.parse(start) + durationMs;
      const next = windows[i + 1];
      if (next !== undefined) expect(Math.abs(Date.parse(next.start) - end)).toBeLessThanOrEqual(3);
    }
  });

  it('is reported with its worker threads, which are instances of their own', async () => {
    const program = startProgram('threads', environmentFor(used.collector.url));
    expect(await program.exit).toBe(0);
    expect(used.collector.requests).toEqual({ 'GET /in-main': { 200: 1 }, 'GET /in-worker': { 200: 1 } });
    expect(new Set(used.collector.batches.map(({ instance }) => instance)).size).toBe(2);
    const resources = used.collector.batches.flatMap(({ windows }) => windows).filter((window) => window.resources);
    // Of the whole process, by the main thread.
    expect(resources).toHaveLength(1);
  });

  it('is reported with the resources of the process also where only its workers serve', async () => {
    const program = startProgram('threads', environmentFor(used.collector.url, { SERVES: 'worker' }));
    expect(await program.exit).toBe(0);
    expect(used.collector.requests).toEqual({ 'GET /in-worker': { 200: 1 } });
    const resources = used.collector.batches.flatMap(({ windows }) => windows).filter((window) => window.resources);
    expect(resources).toHaveLength(1);
  });

  it('sends no resources when that is switched off, and nothing for a program that serves nothing', async () => {
    const host = await used.startHost({ HEADROOM_MEMORY_ENABLED: 'false' });
    await host.get('/items/1');
    await host.flush();
    expect(used.collector.batches[0]?.windows[0]).not.toHaveProperty('resources');
    const tool = startProgram('idle', environmentFor(used.collector.url, { HEADROOM_FLUSH_MS: '100' }));
    expect(await tool.exit).toBe(0);
    expect(used.collector.batches).toHaveLength(1);
  });

  it.each([
    [{}, 'headroom: Nothing is reported, because HEADROOM_URL is missing'],
    [{ HEADROOM_MONITORING_ENABLED: 'false' }, ''],
  ])('runs as if it were not there when it has no configuration: %o', async (env, warning) => {
    const host = await used.startHost({ HEADROOM_URL: '', HEADROOM_API_KEY: '', HEADROOM_PROJECT: '', ...env });
    expect(await host.get('/items/1')).toBe('200 item 1');
    await host.flush();
    expect(await host.terminate()).toBe('SIGTERM');
    expect(host.program.output().trim().split('\n')).toHaveLength(1);
    expect(host.program.output().startsWith(warning)).toBe(true);
  });
});

describe('the end of a watched service', () => {
  it('comes by itself, after a last flush', async () => {
    const program = startProgram('brief', environmentFor(used.collector.url));
    expect(await program.exit).toBe(0);
    expect(program.output()).toBe('over\n');
    expect(used.collector.requests).toEqual({ 'GET /': { 200: 1 } });
  });

  it.each([
    'SIGTERM',
    'SIGINT',
  ] as const)('comes by %s as it would without Headroom, after a last flush', async (signal) => {
    const host = await used.startHost();
    await host.get('/items/1');
    expect(await host.terminate(signal)).toBe(signal);
    expect(used.collector.requests).toEqual({ 'GET /items/:id': { 200: 1 } });
  });

  it.each([
    ['close', 0],
    ['count', 'SIGTERM'],
  ])('is what a service makes of SIGTERM: %s', async (way, exit) => {
    const program = startProgram('graceful', environmentFor(used.collector.url, { WAY: way }));
    await program.ready;
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(exit);
    if (exit === 0) expect(used.collector.requests).toEqual({ 'GET /in-main': { 200: 1 } });
  });

  it('is left to a service that listened once to SIGTERM before Headroom did', async () => {
    const drain = 'process.once("SIGTERM",()=>setTimeout(process.exit,400,7))';
    const host = await used.startHost({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(drain)}` });
    await host.get('/items/1');
    expect(await host.terminate()).toBe(7);
    expect(used.collector.requests).toEqual({ 'GET /items/:id': { 200: 1 } });
  });

  it('does not wait for a Headroom that does not answer', async () => {
    used.collector.behaviour = () => {};
    const host = await used.startHost({ HEADROOM_FLUSH_MS: '100' });
    await host.get('/items/1');
    await used.collector.until(() => used.collector.received.length > 0);
    const startedAt = performance.now();
    host.program.child.send('close');
    expect(await host.program.exit).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });
});
