import { describe, expect, it } from 'vitest';
import { importTargetOf } from '../../../../lib/load/imports/base-path.ts';
import { scenariosFromHar } from '../../../../lib/load/imports/har.ts';
import { renderedRequests } from '../../../support/rendered-requests.ts';

interface EntryParts {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  postData?: object;
  status?: number;
  mimeType?: string;
  /** Seconds after the recording began. */
  at?: number;
  time?: number;
}

const beganAt = Date.parse('2026-01-31T02:00:00.000Z');

const entry = ({
  method = 'GET',
  url = '/',
  headers = {},
  postData,
  status = 200,
  mimeType,
  at,
  time,
}: EntryParts) => ({
  ...(at === undefined ? {} : { startedDateTime: new Date(beganAt + at * 1000).toISOString() }),
  ...(time === undefined ? {} : { time }),
  request: {
    method,
    url: url.startsWith('/') ? `https://shop.example${url}` : url,
    headers: Object.entries(headers).map(([name, value]) => ({ name, value })),
    ...(postData === undefined ? {} : { postData }),
  },
  response: { status, content: { mimeType: mimeType ?? 'application/json' } },
});

const importing = (
  entries: EntryParts[],
  { asFlow = false, includeUnsafe = true, baseUrl = 'https://shop.example' } = {},
) => {
  const text = JSON.stringify({ log: { version: '1.2', entries: entries.map(entry) } });
  return scenariosFromHar(text, importTargetOf(baseUrl), { asFlow, includeUnsafe });
};

const post = (postData: object): EntryParts => ({ method: 'POST', url: '/orders', postData });

describe('scenarios from a recording', () => {
  it('are of the target’s own requests, equal ones merged, the most frequent first', () => {
    const { scenarios, skipped } = importing([
      { url: '/' },
      { url: '/products?page=2&q=red%20shoes' },
      { url: '/products?page=2&q=red%20shoes' },
      { url: 'https://cdn.example/lib.js' },
      { url: '/app.js' },
      { url: '/logo', mimeType: 'image/svg+xml' },
      { url: '/slow', status: 0 },
      { method: 'OPTIONS', url: '/orders', headers: { 'Access-Control-Request-Method': 'POST' } },
      { url: 'wss://shop.example/live' },
    ]);
    expect(scenarios).toEqual([
      { name: 'GET /products', weight: 2, method: 'GET', path: '/products?page=2&q=red%20shoes' },
      { name: 'GET /', weight: 1, method: 'GET', path: '/' },
    ]);
    for (const each of scenarios) renderedRequests(each);
    expect(Object.fromEntries(skipped.map(({ reason, count }) => [reason.slice(0, 13), count]))).toEqual({
      'To another or': 2,
      'A static file': 2,
      'Without an an': 1,
      'A preflight, ': 1,
    });
  });

  it('have the headers of the application, and none of the browser, the connection or of credentials', () => {
    const headers = {
      ':authority': 'shop.example',
      Host: 'shop.example',
      Connection: 'keep-alive',
      'Content-Length': '2',
      Accept: 'text/html',
      'Accept-Language': 'de',
      'X-Tenant': 'blue',
      'User-Agent': 'Mozilla',
      'Sec-Fetch-Mode': 'cors',
      'If-None-Match': '"1"',
      'Cache-Control': 'no-cache',
      Authorization: 'Bearer abc',
      Cookie: 'session=abc',
      'X-API-Key': 'abc',
      'X-Text': 'a {{seq()}}',
    };
    const { scenarios, skipped } = importing([{ url: '/', headers }]);
    expect(scenarios[0]?.headers).toEqual({ accept: 'text/html', 'accept-language': 'de', 'x-tenant': 'blue' });
    expect(skipped).toEqual([
      { reason: 'Taken, without a header that holds credentials', count: 3, example: 'authorization' },
    ]);
  });

  it('hold no secret of a query or a body', () => {
    const { scenarios, skipped } = importing([
      { url: '/a?access_token=s3cret&page=1' },
      post({ mimeType: 'application/json', text: '{"user":{"name":"a","password":"s3cret"},"items":[1]}' }),
      post({ mimeType: 'application/x-www-form-urlencoded', text: 'user=a&password=s3cret' }),
      post({ mimeType: 'application/json', text: '{"id":12345678901234567890,"token":"s3cret"}' }),
    ]);
    expect(JSON.stringify(scenarios)).not.toContain('s3cret');
    expect(scenarios.map(({ path, body }) => [path, body])).toEqual([
      ['/a?page=1', undefined],
      ['/orders', { user: { name: 'a', password: 'REDACTED' }, items: [1] }],
      ['/orders', 'user=a&password=REDACTED'],
    ]);
    expect(JSON.stringify(skipped)).not.toContain('s3cret');
  });

  it.each([
    ['JSON', { mimeType: 'application/json; charset=utf-8', text: '{"a":1}' }, { a: 1 }],
    [
      'numbers beyond 2^53',
      { mimeType: 'application/json', text: '{"a":12345678901234567890}' },
      '{"a":12345678901234567890}',
    ],
    ['JSON with braces', { mimeType: 'application/json', text: '{"a":"{{b}}"}' }, '{"a":"{\\u007bb}}"}'],
    [
      'a form as its parameters',
      { mimeType: 'application/x-www-form-urlencoded', params: [{ name: 'a b', value: '{{c' }] },
      'a+b=%7B%7Bc',
    ],
    ['text', { mimeType: 'text/plain', text: 'hello' }, 'hello'],
    ['nothing', { mimeType: '', text: '' }, undefined],
    ['text with braces', { mimeType: 'text/plain', text: '{{a}}' }, 'left out'],
    [
      'an upload without its bytes',
      { mimeType: 'multipart/form-data; boundary=x', params: [{ name: 'file' }] },
      'left out',
    ],
  ])('send %s again', (_, postData, body) => {
    const { scenarios, skipped } = importing([post(postData)]);
    if (body === 'left out')
      expect([scenarios, skipped[0]?.reason]).toEqual([[], expect.stringMatching(/^Has a body/)]);
    else expect(scenarios[0]?.body).toEqual(body);
    for (const each of scenarios) renderedRequests(each);
  });

  it('ask for what was asked for, also where it looks like a template', () => {
    const { scenarios } = importing([{ url: '/a?q={{seq()}}&x=%7B%22#part' }]);
    expect(scenarios.flatMap((each) => renderedRequests(each))[0]).toMatch(
      /^GET \/a\?q=%7B%7Bseq\(\)%7D%7D&x=%7B%22 HTTP\/1\.1\r\n/,
    );
  });

  it('are relative to the base path, and safe where only those are wanted', () => {
    const { scenarios, skipped } = importing(
      [{ url: '/api/a' }, { url: '/apis/b' }, { method: 'POST', url: '/api/c' }],
      {
        includeUnsafe: false,
        baseUrl: 'https://shop.example/api/',
      },
    );
    expect(scenarios.map(({ path }) => path)).toEqual(['/a']);
    expect(skipped.map(({ count }) => count)).toEqual([1, 1]);
  });

  it('are one flow in the order of the recording, with its pauses, where that is asked for', () => {
    const { scenarios } = importing(
      [
        { url: '/b', at: 3, time: 500 },
        { url: '/a', at: 0, time: 1000 },
        { url: '/b', at: 200 },
        { url: '/c', at: 200 },
      ],
      { asFlow: true },
    );
    expect(scenarios).toEqual([
      {
        name: 'Recorded flow',
        weight: 1,
        method: 'GET',
        path: '/',
        flow: [
          { name: 'GET /a', method: 'GET', path: '/a', thinkTimeMs: 2000 },
          { name: 'GET /b', method: 'GET', path: '/b', thinkTimeMs: 60_000 },
          { name: 'GET /b 2', method: 'GET', path: '/b' },
          { name: 'GET /c', method: 'GET', path: '/c' },
        ],
      },
    ]);
    for (const each of scenarios) renderedRequests(each);
  });

  it('are a flow of at most fifty requests, of which no large one takes the others along', () => {
    const large = { mimeType: 'text/plain', text: 'x'.repeat(99_000) };
    const entries = [
      ...Array.from({ length: 12 }, () => post(large)),
      ...Array.from({ length: 60 }, () => ({ url: '/a' })),
    ];
    const { scenarios, skipped } = importing(entries, { asFlow: true });
    expect(scenarios[0]?.flow).toHaveLength(50);
    expect(skipped.map(({ count }) => count)).toEqual([19, 3]);
  });

  it('say what is wrong with a file that is no recording', () => {
    for (const text of ['{', '[]', '{"log":{}}']) {
      expect(() => scenariosFromHar(text, importTargetOf('http://a'), { asFlow: false, includeUnsafe: true })).toThrow(
        expect.objectContaining({ code: 'invalid-request' }),
      );
    }
  });
});
