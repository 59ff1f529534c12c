import { describe, expect, it } from 'vitest';
import { shopEndpoints, shopRequests } from './shop-routes.ts';
import { useCollector } from './use-collector.ts';

const used = useCollector();

describe('the routes of a service', () => {
  it.each(Object.entries(shopEndpoints))('are named as %s has them', async (name, endpoints) => {
    const host = await used.startHost({}, name);
    for (const [method, path] of shopRequests) await host.get(path, method);
    await host.flush();
    expect(used.collector.requests).toEqual(endpoints);
    expect(host.program.output()).toBe('');
  });

  it('are named by the path where the pattern is no name', async () => {
    const host = await used.startHost({}, 'express');
    await host.get('/by-pattern/4711');
    await host.flush();
    expect(used.collector.requests).toEqual({ 'GET /by-pattern/:id': { 200: 1 } });
  });
});
