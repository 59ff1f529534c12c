import { describe, expect, it } from 'vitest';
import { scenariosFromAccessLog } from '../../../../lib/load/imports/access-log.ts';
import { importTargetOf } from '../../../../lib/load/imports/base-path.ts';
import type { LogOptions } from '../../../../lib/load/imports/log-reader.ts';
import { renderedRequests } from '../../../support/rendered-requests.ts';

const line = (
  request: string,
  { status = 200, time = '31/Jan/2026:02:00:00 +0000', agent = 'Mozilla/5.0' } = {},
): string => `203.0.113.9 - - [${time}] "${request}" ${status} 512 "https://shop.example/" "${agent}"`;

const get = (path: string, more?: Parameters<typeof line>[1]): string => line(`GET ${path} HTTP/1.1`, more);

const importing = (lines: readonly string[], options: Partial<LogOptions> & { baseUrl?: string } = {}) => {
  const { baseUrl = 'https://shop.example', ...changes } = options;
  const made = scenariosFromAccessLog(lines.join('\n'), importTargetOf(baseUrl), {
    format: 'auto',
    includeUnsafe: false,
    ...changes,
  });
  for (const each of made.scenarios) renderedRequests(each);
  return made;
};

describe('scenarios from an access log', () => {
  it('are its routes by how often they were asked for, with the values that were asked for', () => {
    const { scenarios, skipped } = importing([
      get('/'),
      get('/products/7'),
      get('/products/8'),
      get('/products/7'),
      get('/orders/123e4567-e89b-12d3-a456-426614174000/items'),
      get('/orders/9fceb02d0ae598e95dc970b74767f19372d61af8/items'),
    ]);
    expect(scenarios).toEqual([
      {
        name: 'GET /products/:id',
        weight: 3,
        method: 'GET',
        path: '/products/{{id}}',
        data: { rows: [{ id: '7' }, { id: '8' }, { id: '7' }], order: 'sequential' },
      },
      {
        name: 'GET /orders/:id/items',
        weight: 2,
        method: 'GET',
        path: '/orders/{{id}}/items',
        data: {
          rows: [{ id: '123e4567-e89b-12d3-a456-426614174000' }, { id: '9fceb02d0ae598e95dc970b74767f19372d61af8' }],
          order: 'sequential',
        },
      },
      { name: 'GET /', weight: 1, method: 'GET', path: '/' },
    ]);
    expect(skipped).toEqual([]);
  });

  it('take parameters apart, and write what never changes where it belongs', () => {
    const { scenarios } = importing([
      get('/search?q=red+shoes&page=1&token=abc'),
      get('/search?q=caf%C3%A9%2Fbar&page=1'),
      get('/search'),
      get('/users/42/orders/1?id=a&2x=b'),
      get('/users/42/orders/2?id=c&2x=d'),
    ]);
    expect(scenarios.map(({ name, path, query, data }) => [name, path, query, data?.rows])).toEqual([
      ['GET /search {q page}', '/search', { q: '{{q}}', page: '1' }, [{ q: 'red shoes' }, { q: 'café/bar' }]],
      [
        'GET /users/:id/orders/:id {id 2x}',
        '/users/42/orders/{{id2}}',
        { id: '{{id}}', '2x': '{{parameter.2}}' },
        [
          { id2: '1', id: 'a', 'parameter.2': 'b' },
          { id2: '2', id: 'c', 'parameter.2': 'd' },
        ],
      ],
      ['GET /search', '/search', undefined, undefined],
    ]);
  });

  it('ask for what was asked for, in the same order', () => {
    const targets = [
      '/products/7',
      '/products/8',
      '/products/7',
      '/posts/a%20b%2Fc%C3%A9',
      '/posts/%7B%7Bseq()%7D%7D',
      '/posts/50%25',
      '/search?q=red%20shoes&page=1',
      '/search?q=%7B%7Bid%7D%7D&page=2',
      '/search?q=&page=%23%26',
      '//double//slash/',
      '/once?x=%7B%7Bseq()%7D%7D',
    ];
    const { scenarios } = importing(targets.map((target) => get(target)));
    const asked = scenarios.flatMap((each) => renderedRequests(each, each.weight).map((text) => text.split(' ')[1]));
    expect(asked.toSorted()).toEqual(targets.toSorted());
    expect(asked.slice(0, 3)).toEqual(targets.slice(0, 3));
  });

  it('take for values also what looks like names, where there are many', () => {
    const names = Array.from({ length: 60 }, (_, index) =>
      String.fromCharCode(97 + (index % 26), 97 + Math.floor(index / 26)),
    );
    const { scenarios } = importing([
      ...names.flatMap((name) => [get(`/shoes/${name}/reviews`), get(`/shoes/${name}`)]),
      get('/about'),
    ]);
    expect(scenarios.map(({ name, weight }) => [name, weight])).toEqual([
      ['GET /shoes/:id/reviews', 60],
      ['GET /shoes/:id', 60],
      ['GET /about', 1],
    ]);
  });

  it('keep of a frequent route a part that is spread over the whole log', () => {
    const { scenarios } = importing(Array.from({ length: 5000 }, (_, index) => get(`/products/${index}`)));
    const ids = scenarios[0]?.data?.rows?.map(({ id }) => Number(id)) ?? [];
    expect(ids.length).toBeGreaterThan(250);
    expect(ids.length).toBeLessThanOrEqual(500);
    expect(ids.at(-1)).toBeGreaterThan(4900);
    expect(Math.abs((ids[ids.length >> 1] ?? 0) - 2500)).toBeLessThan(100);
    expect(scenarios[0]?.weight).toBe(5000);
  });

  it('tell how often the busiest minute was asked', () => {
    const at = (minute: number) => ({ time: `31/Jan/2026:02:0${minute}:30 +0100` });
    const lines = [get('/', at(1)), ...Array.from({ length: 90 }, () => get('/', at(2))), get('/', at(3))];
    expect(importing(lines).arrivalRate).toBe(1.5);
    expect(importing(['{"method":"GET","path":"/"}']).arrivalRate).toBeUndefined();
  });

  it('leave out what cannot be played back, and say so', () => {
    const { scenarios, skipped } = importing([
      get('/'),
      'no line of a log',
      line('\\x16\\x03\\x01', { status: 400 }),
      line('POST /orders HTTP/1.1'),
      line('PROPFIND / HTTP/1.1'),
      get('/wp-login.php', { status: 404 }),
      get('/busy', { status: 429 }),
      get('/broken', { status: 503 }),
      get('/', { agent: 'headroom' }),
      get(`/${'a/'.repeat(30)}`),
    ]);
    expect(scenarios.map(({ path }) => path)).toEqual(['/', '/busy', '/broken']);
    expect(
      Object.fromEntries(skipped.map(({ reason, count, example }) => [reason.slice(0, 10), [count, example]])),
    ).toEqual({
      'A line tha': [2, 'no line of a log'],
      'Changes so': [1, 'POST /orders'],
      'A method t': [1, 'PROPFIND /'],
      'Was answer': [1, 'GET /wp-login.php'],
      'Of an earl': [1, 'GET /'],
      'A path wit': [1, expect.stringMatching(/^GET /)],
    });
  });

  it('change something only where that is wanted, and then without bodies', () => {
    const { scenarios, skipped } = importing([line('POST /orders HTTP/1.1'), line('DELETE /orders/1 HTTP/1.1')], {
      includeUnsafe: true,
    });
    expect(scenarios.map(({ method }) => method)).toEqual(['POST', 'DELETE']);
    expect(skipped).toMatchObject([{ count: 1, example: 'POST /orders' }]);
  });

  it('are relative to the base path, unless a proxy takes it off before the log is written', () => {
    const baseUrl = 'https://shop.example/api';
    expect(importing([get('/api/a'), get('/b')], { baseUrl }).scenarios.map(({ path }) => path)).toEqual(['/a']);
    expect(importing([get('/a')], { baseUrl }).scenarios.map(({ path }) => path)).toEqual(['/a']);
  });

  it.each([
    [
      'nginx',
      '{"time_iso8601":"2026-01-31T02:00:00+00:00","request_method":"GET","request_uri":"/a?b=1","status":"200"}',
    ],
    ['nginx’s request', '{"time_local":"31/Jan/2026:02:00:00 +0000","request":"GET /a?b=1 HTTP/1.1","status":200}'],
    ['Caddy', '{"ts":1769824800.5,"request":{"method":"GET","uri":"/a?b=1"},"status":200}'],
    [
      'Traefik',
      '{"RequestMethod":"GET","RequestPath":"/a?b=1","DownstreamStatus":200,"StartUTC":"2026-01-31T02:00:00Z"}',
    ],
    ['pino', '{"level":30,"time":1769824800000,"req":{"method":"GET","url":"/a?b=1"},"res":{"statusCode":200}}'],
    [
      'ECS',
      '{"@timestamp":"2026-01-31T02:00:00Z","http":{"request":{"method":"get"}},"url":{"path":"/a","query":"b=1"}}',
    ],
    [
      'ECS, dotted',
      '{"@timestamp":"2026-01-31T02:00:00Z","http.request.method":"GET","url.original":"https://x.example/a?b=1"}',
    ],
    [
      'Google Cloud',
      '{"timestamp":"2026-01-31T02:00:00Z","httpRequest":{"requestMethod":"GET","requestUrl":"http://x/a?b=1","status":200}}',
    ],
    ['Apache', '203.0.113.9 - frank [31/Jan/2026:03:00:00 +0100] "GET /a?b=1 HTTP/1.1" 200 -'],
    [
      'Apache with virtual hosts',
      'shop.example:443 203.0.113.9 - - [31/Jan/2026:02:00:00 +0000] "GET /a?b=1 HTTP/2.0" 200 5 "-" "-"',
    ],
  ])('are read from the lines of %s', (_, text) => {
    const { scenarios, arrivalRate } = importing([text, text]);
    expect(scenarios).toEqual([{ name: 'GET /a {b}', weight: 2, method: 'GET', path: '/a', query: { b: '1' } }]);
    expect(arrivalRate).toBe(0.034);
  });

  it('are of the format that is said', () => {
    const lines = [get('/a'), '{"method":"GET","path":"/b"}'];
    expect(importing(lines).scenarios).toHaveLength(2);
    expect(importing(lines, { format: 'json' }).scenarios.map(({ path }) => path)).toEqual(['/b']);
    expect(importing(lines, { format: 'combined' }).scenarios.map(({ path }) => path)).toEqual(['/a']);
  });

  it('are the hundred most frequent routes, and the rate is of these', () => {
    const lines = Array.from(
      { length: 120 },
      (_, route) => `GET /${'x'.repeat((route % 20) + 1)}/${'y'.repeat(Math.floor(route / 20) + 1)} HTTP/1.1`,
    );
    const { scenarios, skipped, arrivalRate } = importing(lines.map((request) => line(request)));
    expect(scenarios).toHaveLength(100);
    expect(skipped).toMatchObject([{ count: 20 }]);
    expect(arrivalRate).toBeCloseTo(100 / 60, 2);
  });
});
