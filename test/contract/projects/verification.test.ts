import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Target } from '../../../lib/projects/target.ts';
import { lookForProof, type ResolveTxt, verificationMethods } from '../../../lib/projects/verification.ts';
import { type Listening, listening } from '../../support/listening.ts';

const token = 'headroom-token-of-the-test';
const noRecords: ResolveTxt = async () => {
  throw Object.assign(new Error('queryTxt ENOTFOUND'), { code: 'ENOTFOUND' });
};

let server: Listening;
let answer: http.RequestListener;
let seen: http.IncomingMessage[];

beforeEach(async () => {
  seen = [];
  server = await listening(
    http.createServer((request, response) => {
      seen.push(request);
      answer(request, response);
    }),
  );
});
afterEach(() => server.close());

const target = (changes: Partial<Target> = {}): Target => ({
  protocol: 'http:',
  hostname: 'shop.example',
  port: server.port,
  basePath: '/app',
  addresses: ['127.0.0.1'],
  ...changes,
});

const answering = (text: string, status = 200): http.RequestListener => {
  return (_, response) => response.writeHead(status, { location: '/elsewhere' }).end(text);
};

describe('the well-known file', () => {
  it('proves the owner when it holds the token, at the root of the origin, asked for by its name', async () => {
    answer = answering(`${token}\n`);
    expect(await lookForProof(target(), token, noRecords)).toEqual({ proven: true, by: 'well-known' });
    expect(seen[0]).toMatchObject({ url: '/.well-known/headroom-verification' });
    expect(seen[0]?.headers.host).toBe(`shop.example:${server.port}`);
  });

  it.each([
    ['another text', answering('something else'), 'answered something else'],
    ['more than the token', answering(`${token} and more`), 'answered something else'],
    ['nothing', answering('', 404), 'status 404'],
    ['the token with a wrong status', answering(token, 403), 'status 403'],
    ['a redirect, which is not followed', answering(token, 302), 'status 302'],
    ['far too much', answering(token.repeat(10_000)), 'answered something else'],
  ])('proves nothing with %s', async (_, listener, detail) => {
    answer = listener;
    const proof = await lookForProof(target(), token, noRecords);
    const denied = ['dns-txt', 'well-known'];
    expect(proof).toMatchObject({ proven: false, denied, detail: expect.stringContaining(detail) });
    expect(seen).toHaveLength(1);
  });

  it.each([500, 503, 429, 408])('says neither yes nor no with status %d, which may pass', async (status) => {
    answer = answering(token, status);
    const proof = await lookForProof(target(), token, noRecords);
    const detail = expect.stringContaining(`status ${status}`);
    expect(proof).toMatchObject({ proven: false, denied: ['dns-txt'], detail });
  });

  it('is given up when it does not come to an end', { timeout: 10_000 }, async () => {
    answer = (_, response) => response.writeHead(200).write(token);
    const proof = await lookForProof(target(), token, noRecords);
    expect(proof).toMatchObject({ denied: ['dns-txt'], detail: expect.stringContaining('no end after 5 s') });
  });

  it('is looked for at whichever checked address can be reached', async () => {
    answer = answering(token);
    const addresses = ['::1', '127.0.0.1'];
    expect(await lookForProof(target({ addresses }), token, noRecords)).toMatchObject({ proven: true });
  });

  it('is not there when nothing listens', async () => {
    await server.close();
    const proof = await lookForProof(target(), token, noRecords);
    expect(proof).toMatchObject({ denied: ['dns-txt'], detail: expect.stringContaining('the connection was refused') });
    server = await listening(http.createServer());
  });
});

describe('the TXT record', () => {
  beforeEach(() => {
    answer = answering('', 404);
  });

  it('proves the owner under its own name', async () => {
    const asked: string[] = [];
    const resolve: ResolveTxt = async (name) => {
      asked.push(name);
      return ['v=spf1 -all', ` ${token} `];
    };
    expect(await lookForProof(target(), token, resolve)).toEqual({ proven: true, by: 'dns-txt' });
    expect(asked).toEqual(['_headroom-verification.shop.example']);
  });

  it('proves nothing with another text', async () => {
    const proof = await lookForProof(target(), token, async () => [`${token}x`]);
    expect(proof).toMatchObject({ proven: false, denied: ['dns-txt', 'well-known'] });
  });

  it.each(['ENOTFOUND', 'ENODATA'])('is not there when DNS says %s', async (code) => {
    const resolve: ResolveTxt = () => Promise.reject(Object.assign(new Error(code), { code }));
    expect(await lookForProof(target(), token, resolve)).toMatchObject({ denied: ['dns-txt', 'well-known'] });
  });

  it.each([
    ['ETIMEOUT', 'it took too long'],
    ['ESERVFAIL', 'the name could not be looked up'],
    ['ECONNREFUSED', 'the connection was refused'],
  ])('says neither yes nor no when DNS says %s', async (code, why) => {
    const resolve: ResolveTxt = () => Promise.reject(Object.assign(new Error(`queryTxt ${code}`), { code }));
    const proof = await lookForProof(target(), token, resolve);
    const detail = expect.stringContaining(`could not be looked up (${why})`);
    expect(proof).toMatchObject({ proven: false, denied: ['well-known'], detail });
  });
});

it('tells how the owner can prove it', () => {
  expect(verificationMethods('https://shop.example:8443/app', token)).toEqual([
    {
      kind: 'well-known',
      location: 'https://shop.example:8443/.well-known/headroom-verification',
      value: token,
    },
    { kind: 'dns-txt', location: '_headroom-verification.shop.example', value: token },
  ]);
});
