import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import * as own from '../../../lib/sdk/telemetry/current-request.ts';

const requestOf = (url: string) => Object.assign(new IncomingMessage(new Socket()), { url, method: 'GET' });

it('has the route that answered, whatever a query in a middleware saw before', () => {
  const request = requestOf('/products/7');
  const active = new own.ActiveRequest(request);
  expect(active.endpoint).toBe('GET /products/:id');
  Object.assign(request, { route: { path: '/{*any}' } });
  expect(active.endpoint).toBe('GET /{*any}');
  Object.assign(request, { route: { path: '/products/:product' } });
  active.end();
  expect(active.endpoint).toBe('GET /products/:product');
});

it('is known to all copies of the package in a process', async () => {
  const file = '../../../lib/sdk/telemetry/current-request.ts?copy';
  const other: typeof own = await import(/* @vite-ignore */ file);
  expect(other.ActiveRequest).not.toBe(own.ActiveRequest);
  other.needRequestContext();
  const active = new own.ActiveRequest(requestOf('/'));
  own.enterRequest(active);
  expect(other.currentRequest()).toBe(active);
});
