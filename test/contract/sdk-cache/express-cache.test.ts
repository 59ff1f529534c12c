import { createServer } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import express from 'express';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { expressCache } from '../../../lib/sdk/middleware/express-cache.ts';
import { listening } from '../../support/listening.ts';
import type { Host } from '../../support/response-cache-host.ts';
import { responseCacheSuite } from './response-cache-suite.ts';

const host: Host = {
  name: 'Express',
  streams: true,
  async serve(options, handler) {
    const app = express();
    app.set('env', 'test');
    app.use(expressCache(options));
    app.use(async (request, response) => {
      const { originalUrl: target, method } = request;
      const {
        status = 200,
        headers = {},
        body,
      } = await handler({ method, target, header: (name) => request.get(name) });
      response.status(status).set(headers);
      if (body === undefined || typeof body === 'string') response.type('text/plain').send(body);
      else if (body instanceof Uint8Array) response.send(Buffer.from(body));
      else pipeline(Readable.from(body), response, () => undefined);
    });
    const { port, close } = await listening(createServer(app));
    return { url: `http://127.0.0.1:${port}`, close };
  },
};

responseCacheSuite(host);

describe('The response cache in Express', () => {
  it('tells apart what routers mounted at different paths answer', async () => {
    const cache = createCache<unknown>({ namespace: 'shop' });
    const app = express();
    for (const path of ['/a', '/b']) {
      const router = express.Router();
      router.use(expressCache({ cache, ttlSeconds: 60 }));
      router.get('/x', (_, response) => void response.send(path));
      app.use(path, router);
    }
    const { port, close } = await listening(createServer(app));
    try {
      for (const path of ['/a', '/b', '/a']) {
        expect(await (await fetch(`http://127.0.0.1:${port}${path}/x`)).text()).toBe(path);
      }
    } finally {
      await close();
    }
  });

  it('gives nothing to, and takes nothing from, a request whose user a middleware has found out', async () => {
    const cache = createCache<unknown>({ namespace: 'shop' });
    const app = express();
    app.use((request, _, next) => {
      if (request.get('x-name') !== undefined) Object.assign(request, { user: { name: request.get('x-name') } });
      next();
    });
    app.use(expressCache({ cache, ttlSeconds: 60 }));
    let made = 0;
    app.get('/', (_, response) => void response.send(`${++made}`));
    const { port, close } = await listening(createServer(app));
    const ask = async (headers: Record<string, string> = {}) =>
      (await fetch(`http://127.0.0.1:${port}/`, { headers })).text();
    try {
      expect(await ask({ 'x-name': 'alice' })).toBe('1');
      expect(await ask()).toBe('2');
      expect(await ask({ 'x-name': 'alice' })).toBe('3');
      expect(await ask()).toBe('2');
    } finally {
      await close();
    }
  });

  it('stores no answer to which a session adds its cookie when the head is sent', async () => {
    const cache = createCache<unknown>({ namespace: 'shop' });
    const app = express();
    let sessions = 0;
    app.use((_, response, next) => {
      const writeHead = response.writeHead.bind(response);
      response.writeHead = (status: number) => {
        response.setHeader('set-cookie', `session=${++sessions}`);
        return writeHead(status);
      };
      next();
    });
    app.use(expressCache({ cache, ttlSeconds: 60 }));
    let made = 0;
    app.get('/', (_, response) => void response.send(`${++made}`));
    const { port, close } = await listening(createServer(app));
    try {
      for (const text of ['1', '2']) {
        const response = await fetch(`http://127.0.0.1:${port}/`);
        expect([await response.text(), response.headers.get('set-cookie')]).toEqual([text, `session=${text}`]);
      }
    } finally {
      await close();
    }
  });
});
