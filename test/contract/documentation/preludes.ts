/** What a piece of code in the documentation takes as given. By page, and by which of its pieces of TypeScript it is. */
export interface Prelude {
  given?: string;
  /** Why it is only type-checked, where it is not run. */
  notRun?: string;
}

const pages = `
import express from 'express';
import { Hono } from 'hono';
import Fastify from 'fastify';
import http from 'node:http';
import middy from '@middy/core';
import { createCache, memory } from 'headroom/cache';
import { cacheResponse, expressCache, fastifyCache, honoCache, httpCache, invalidateOnChange } from 'headroom/middleware';
const cache = createCache({ namespace: 'shop', tiers: [memory()] });
const handler = async () => ({ statusCode: 200, body: 'page' });
type Change = { id: number };
const change = async (_event: Change) => {};
`;

export const preludes: Readonly<Record<string, readonly Prelude[]>> = {
  'README.md': [
    { notRun: 'starts a load test: test/e2e/documentation.test.ts has its like' },
    {
      given: `
import express from 'express';
const id = 7;
const loadUser = async (id: number) => ({ id });
`,
    },
  ],
  'docs/cache.md': [
    {
      given: `
const id = 7;
const loadProduct = async (id: number) => ({ id, name: 'mug' });
`,
      notRun: 'needs a Redis and a table',
    },
    {
      given: `
const loadUser = async (id: number) => ({ id });
class Keyv { constructor(_options: { store: unknown }) {} }
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
const served = createServer((_request, response) => response.end('prices')).listen(0, '127.0.0.1').unref();
await once(served, 'listening');
const prices = 'http://127.0.0.1:' + (served.address() as AddressInfo).port;
`,
    },
    { given: pages },
  ],
  'docs/deployment.md': [{ notRun: 'the tests of the stack make such ones' }, {}],
  'docs/optimization.md': [
    {},
    {
      given: `
import type { Stack } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
declare const stack: Stack;
declare const ordersFunction: IFunction;
`,
      notRun: 'reads a file that an account has written',
    },
  ],
  'docs/sdk.md': [
    {
      given: `
import type express from 'express';
declare module 'express-serve-static-core' {
  interface Request { user?: { id: string } }
}
`,
    },
    {
      given: `
type Row = { id: number };
const orders = [1, 2, 3];
const send = async (order: number, _signal: AbortSignal) => order;
const row: Row = { id: 1 };
const insertAll = (rows: Row[]) => rows;
const url = 'data:text/plain,page';
const fetchPrice = async () => 5;
const lastPrice = 4;
const fill = (buffer: Buffer) => buffer.fill(0);
`,
    },
    {
      given: `
const queue: unknown[] = [];
const order = { items: [1, 2] };
const renderPage = async () => 'page';
`,
    },
    {
      given: `
import pg from 'pg';
import { createCache, memory } from 'headroom/cache';
type Row = { id: number };
const cache = createCache<unknown>({ namespace: 'shop', tiers: [memory()] });
const sql = 'SELECT 1';
const oracle = { execute: async (_sql: string, _parameters: unknown[]) => [] };
`,
      notRun: 'needs a PostgreSQL',
    },
    {
      given: `
const log = { info: (_said: object) => {} };
const thumbnails = { dropOldest: (fraction: number) => fraction };
const pauseImports = () => {};
const resumeImports = () => {};
const show = (_percent: number) => {};
`,
    },
    {
      given: `
import { writeFile } from 'node:fs/promises';
const warmUp = async () => {};
const work = async () => {};
`,
    },
    {
      given: `
const answer = async () => ({ statusCode: 200 });
const work = async (event: unknown) => event;
`,
    },
    { notRun: 'serves until it is ended' },
    { notRun: 'serves until it is ended' },
    { notRun: 'serves until it is ended' },
    { notRun: 'serves until it is ended' },
    {
      given: `
class ShopModule {}
`,
      notRun: 'serves until it is ended',
    },
  ],
};

/** What takes long, asks somebody who is not there, or is one of several, where a piece is tried. */
export const inPlace: readonly (readonly [string, string])[] = [
  ['app.use(expressCache', 'express().use(expressCache'],
  ['app.register(fastifyCache', 'Fastify().register(fastifyCache'],
  ['app.use(honoCache', 'new Hono().use(honoCache'],
  ['seconds: 60', 'seconds: 0.1'],
  ['seconds: 10', 'seconds: 0.1'],
  ["'https://api.example.com/prices'", 'prices'],
];
