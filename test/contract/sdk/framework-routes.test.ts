import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from './collector.ts';
import { environmentFor, Host } from './host.ts';
import { shopEndpoints, shopRequests } from './shop-routes.ts';

let collector: Collector;
let host: Host | undefined;

beforeEach(async () => {
  collector = await Collector.open();
});
afterEach(async () => {
  host?.program.child.kill('SIGKILL');
  await host?.program.exit;
  await collector.close();
  expect(collector.problems).toEqual([]);
});

describe('the routes of a service', () => {
  it.each(Object.entries(shopEndpoints))('are named as %s has them', async (name, endpoints) => {
    host = await Host.start(environmentFor(collector.url), name);
    for (const [method, path] of shopRequests) await host.get(path, method);
    await host.flush();
    expect(collector.requests).toEqual(endpoints);
    expect(host.program.output()).toBe('');
  });

  it('are named by the path where the pattern is no name', async () => {
    host = await Host.start(environmentFor(collector.url), 'express');
    await host.get('/by-pattern/4711');
    await host.flush();
    expect(collector.requests).toEqual({ 'GET /by-pattern/:id': { 200: 1 } });
  });
});
