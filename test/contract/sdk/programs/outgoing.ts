// A user's service that asks other services, watched by `--import headroom/register`.
import { createServer, get, request as httpRequest, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { flush } from 'headroom/register';
import { Agent, request as undiciRequest } from 'undici';
import { answerTheTest } from './answer-the-test.ts';

const target = process.env.TARGET ?? '';
const dispatcher = new Agent();

const byHttp = (path: string, more: RequestOptions = {}): Promise<void> =>
  new Promise((resolve) => {
    get(`${target}${path}`, more, (answer) => answer.resume().on('close', resolve)).on('error', () => resolve());
  });

/** To a server that answers before it has the whole question. */
const upload = (): Promise<void> =>
  new Promise((resolve) => {
    const request = httpRequest(`${target}/early`, { method: 'PUT' }, (answer) => {
      answer.resume().on('close', resolve);
      request.end('the rest');
    });
    request.write('the beginning');
  });

const ways: Record<string, (path: string) => Promise<unknown>> = {
  fetch: async (path) => (await fetch(`${target}${path}`)).text(),
  undici: async (path) => (await undiciRequest(`${target}${path}`, { method: 'POST', dispatcher })).body.text(),
  http: (path) => byHttp(path),
  impatient: (path) => byHttp(path, { signal: AbortSignal.timeout(20) }),
  upload,
  /** As proxies do: with the name that their own client asked for. */
  'passing-on': (path) => byHttp(path, { headers: { host: 'chosen-by-the-client.example' } }),
  /** Each to another host. */
  many: async () => {
    for (let i = 0; i < 300; i++) {
      await new Promise((resolve) =>
        get({ host: `127.0.${1 + Math.floor(i / 250)}.${1 + (i % 250)}`, port: 1 }).on('error', resolve),
      );
    }
  },
  later: async (path) => {
    setTimeout(() => ways.http?.(path).then(() => process.send?.('asked')), 10);
  },
};

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://host');
  await ways[pathname.slice(1)]?.(searchParams.get('path') ?? '/').catch(() => {});
  response.end('done');
});
server.listen(0, '127.0.0.1', async () => {
  // Contexts are there from the first on.
  await byHttp('/first');
  answerTheTest(flush, (server.address() as AddressInfo).port);
});
