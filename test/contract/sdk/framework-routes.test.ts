import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Collector } from './collector.ts';
import { environmentFor, Host } from './host.ts';

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

/** Answers to these, in all services alike. */
const requests = [
  ['GET', '/'],
  ['GET', '/products/mug'],
  ['GET', '/products/a-very-fine-tea-pot-of-china?x=1'],
  ['GET', '/customers/7/orders'],
  ['POST', '/customers/7/orders/o-1/items'],
  ['POST', '/customers/8/orders/o-2/items'],
  ['GET', '/customers/7/orders/o-1/broken'],
  ['GET', '/nowhere/4711'],
  ['GET', '/closed/front'],
] as const;

async function reportedBy(name: string) {
  host = await Host.start(environmentFor(collector.url), name);
  for (const [method, path] of requests) await host.get(path, method);
  await host.flush();
  return collector.requests;
}

/** What every framework makes of them, where a parameter of a router's prefix is known by its name. */
const byPattern = {
  'GET /': { 200: 1 },
  'GET /products/:id': { 200: 2 },
  'GET /customers/:customer/orders': { 200: 1 },
  'POST /customers/:customer/orders/:order/items': { 201: 2 },
  'GET /customers/:customer/orders/:order/broken': { 500: 1 },
  'GET /nowhere/:id': { 404: 1 },
};

describe('the routes of a service', () => {
  it('are named as Express has them', async () => {
    expect(await reportedBy('express')).toEqual({
      'GET /': { 200: 1 },
      'GET /products/:id': { 200: 2 },
      'GET /customers/:id/orders': { 200: 1 },
      'POST /customers/:id/orders/:order/items': { 201: 2 },
      'GET /customers/:id/orders/:order/broken': { 500: 1 },
      // None of its routes: a path that was not found, and what a middleware answered.
      'GET /nowhere/:id': { 404: 1 },
      'GET /closed/front': { 403: 1 },
    });
    await host?.get('/by-pattern/4711');
    await host?.flush();
    expect(collector.requests).toMatchObject({ 'GET /by-pattern/:id': { 200: 1 } });
  });

  it('are named as Fastify has them, also where a hook answers', async () => {
    expect(await reportedBy('fastify')).toEqual({ ...byPattern, 'GET /closed/:door': { 403: 1 } });
  });

  it('are named as NestJS has them', async () => {
    expect(await reportedBy('nest')).toEqual({ ...byPattern, 'GET /closed/:door': { 403: 1 } });
  });

  // What a middleware answers belongs to none of their routes.
  it.each(['hono', 'koa', 'hono-required.cjs', 'koa-required.cjs'])('are named as %s has them', async (name) => {
    expect(await reportedBy(name)).toEqual({ ...byPattern, 'GET /closed/front': { 403: 1 } });
    expect(host?.program.output()).toBe('');
  });
});
