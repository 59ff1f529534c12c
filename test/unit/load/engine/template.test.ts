import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EngineRequest, EngineTarget } from '../../../../lib/load/engine/plan.ts';
import { RequestTemplate } from '../../../../lib/load/engine/request-template.ts';
import { TemplateError } from '../../../../lib/load/engine/template.ts';
import { Variables } from '../../../../lib/load/engine/variables.ts';
import { WORDS } from '../../../../lib/load/engine/words.ts';
import { Random } from '../../../../lib/statistics/random.ts';

const TARGET: EngineTarget = { protocol: 'http:', hostname: 'shop.example', port: 8080 };

const compile = (request: Partial<EngineRequest>, target = TARGET, seed = 1, names: string[] = []): RequestTemplate => {
  let drawn = 0;
  const variables = new Variables();
  for (const name of names) variables.declare(name);
  const source = { random: new Random(seed), nextInSequence: () => drawn++, variables };
  return new RequestTemplate(target, { name: 'buy', method: 'GET', path: '/', ...request }, source);
};

const read = (request: string): { line: string; headers: Record<string, string>; body: string } => {
  const bytes = Buffer.from(request, 'latin1');
  const end = bytes.indexOf('\r\n\r\n');
  const [line = '', ...fields] = bytes.subarray(0, end).toString('latin1').split('\r\n');
  const headers = Object.fromEntries(fields.map((field) => field.split(/: (.*)/s, 2) as [string, string]));
  return { line, headers, body: bytes.subarray(end + 4).toString('utf8') };
};

describe('RequestTemplate', () => {
  it('writes a whole request', () => {
    expect(compile({ path: '/a', headers: { Accept: 'text/html', 'X-A': 'b' } }).render([])).toBe(
      'GET /a HTTP/1.1\r\nhost: shop.example:8080\r\nuser-agent: headroom\r\nAccept: text/html\r\nX-A: b\r\n\r\n',
    );
  });

  it('leaves the port out of the host where it is the usual one, and puts IPv6 addresses in brackets', () => {
    const host = (protocol: EngineTarget['protocol'], hostname: string, port: number): string | undefined =>
      read(compile({}, { protocol, hostname, port }).render([])).headers.host;
    expect(host('http:', 'a', 80)).toBe('a');
    expect(host('https:', 'a', 443)).toBe('a');
    expect(host('https:', 'a', 80)).toBe('a:80');
    expect(host('http:', '::1', 3000)).toBe('[::1]:3000');
    expect(() => host('http:', 'a\r\nX: y', 80)).toThrow(TemplateError);
  });

  it('draws anew for every request, in path, query, headers and body', () => {
    const template = compile({
      method: 'POST',
      path: '/items/{{ random(1, 3) }}',
      query: { word: '{{randomWord()}}', page: 2 },
      headers: { 'X-Id': 'id {{uuid()}}' },
      body: { n: '{{seq()}}', plain: true },
    });
    const seen = new Set<string>();
    for (let i = 0; i < 100; i++) {
      const { line, headers, body } = read(template.render([]));
      const [, item = '', word = ''] = /^POST \/items\/([123])\?word=(\w+)&page=2 HTTP\/1\.1$/.exec(line) ?? [];
      seen.add(item);
      expect(WORDS).toContain(word);
      expect(headers['X-Id']).toMatch(/^id [\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      expect(JSON.parse(body)).toEqual({ n: String(i), plain: true });
      expect(headers['content-type']).toBe('application/json');
    }
    expect([...seen].sort()).toEqual(['1', '2', '3']);
  });

  it('keeps a value where it stands, whatever it holds', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        'x HTTP/1.1\r\nHost: evil\r\n\r\n',
        '\r\n\r\nGET /evil HTTP/1.1\r\n\r\n',
        '","admin":true,"x":"',
        '/../../etc',
        '?a=b&c#d',
        '{{seq()}}',
        '\u010d\u010a',
        '\ud800',
      ),
    );
    const given = { method: 'POST', path: '/a/{{v}}/b', query: { q: '{{v}}' }, headers: { 'x-v': 'is {{v}}.' } };
    const inJson = compile({ ...given, body: { deep: ['{{v}} and {{v}}'], n: 1 } }, TARGET, 1, ['v']);
    const inJsonText = compile(
      { ...given, headers: { ...given.headers, 'Content-Type': 'application/problem+json' }, body: '{"v":"{{ v }}"}' },
      TARGET,
      1,
      ['v'],
    );
    const inText = compile({ ...given, body: 'raw {{v}}' }, TARGET, 1, ['v']);
    fc.assert(
      fc.property(hostile, (value) => {
        const wellFormed = value.toWellFormed();
        const bodies = [inJson, inJsonText, inText].map((template) => {
          const request = template.render([value]);
          const { line, headers, body } = read(request);
          const [method, target = '', version, ...more] = line.split(' ');
          expect([method, version, more]).toEqual(['POST', 'HTTP/1.1', []]);
          const [path = '', query = '', ...others] = target.split('?');
          expect(others).toEqual([]);
          expect(path.split('/').map(decodeURIComponent)).toEqual(['', 'a', wellFormed, 'b']);
          expect(query.split('&').map((pair) => pair.split('=').map(decodeURIComponent))).toEqual([['q', wellFormed]]);
          const names = ['host', 'user-agent', 'accept', 'content-type', 'x-v', 'content-length'];
          expect(Object.keys(headers).every((name) => names.includes(name.toLowerCase()))).toBe(true);
          expect(Number(headers['content-length'])).toBe(Buffer.byteLength(body));
          expect(request.length).toBe(Buffer.from(request, 'latin1').length);
          const sent = headers['x-v'] ?? '';
          const clean = value.replace(/\p{Cc}/gu, '');
          const isLatin1 = !/[^\x20-\xff]/.test(clean);
          expect(sent).toBe(`is ${isLatin1 ? clean : Buffer.from(clean).toString('latin1')}.`);
          return body;
        });
        const [json = '', jsonText = '', text] = bodies;
        // JSON keeps even half of a surrogate pair, escaped.
        expect(JSON.parse(json)).toEqual({ deep: [`${value} and ${value}`], n: 1 });
        expect(JSON.parse(jsonText)).toEqual({ v: value });
        expect(text).toBe(`raw ${wellFormed}`);
      }),
      { numRuns: 500 },
    );
  });

  it('fills in a name wherever it stands, and leaves what stands around it', () => {
    const template = compile({ path: '/{{ user.id }}/x%20y', headers: { a: '{{user.id}}-{{_2}}' } }, TARGET, 1, [
      'user.id',
      '_2',
    ]);
    const { line, headers } = read(template.render(['7', 'b']));
    expect([line, headers.a]).toEqual(['GET /7/x%20y HTTP/1.1', '7-b']);
  });

  it('gives the same requests for the same seed, and others for another', () => {
    const three = (seed: number): string[] => {
      const template = compile({ path: '/{{uuid()}}' }, TARGET, seed);
      return [template.render([]), template.render([]), template.render([])];
    };
    expect(three(7)).toEqual(three(7));
    expect(three(7)).not.toEqual(three(8));
  });

  it('sends a body of any text as UTF-8, with its length in bytes', () => {
    const text = fc.string({ unit: 'binary' }).filter((each) => !each.includes('{{') && each.isWellFormed());
    fc.assert(
      fc.property(text, fc.boolean(), (body, isDynamic) => {
        const request = compile({ method: 'PUT', body: isDynamic ? `${body} {{seq()}}` : body }).render([]);
        const parsed = read(request);
        expect(parsed.body).toBe(isDynamic ? `${body} 0` : body);
        expect(Number(parsed.headers['content-length'])).toBe(Buffer.byteLength(parsed.body, 'utf8'));
        expect(request.length).toBe(Buffer.from(request, 'latin1').length);
      }),
    );
  });

  it('says that there is no body only where one is expected', () => {
    expect(read(compile({ method: 'POST' }).render([])).headers['content-length']).toBe('0');
    expect(read(compile({ method: 'GET' }).render([])).headers).not.toHaveProperty('content-length');
    expect(read(compile({ method: 'DELETE', body: 'x' }).render([])).headers['content-length']).toBe('1');
  });

  it('encodes paths and queries as a URL does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (path, value) => {
        fc.pre(!/[\p{Cc}#\\]|\{\{|^\.|\/\.|%/u.test(path) && !value.includes('{{'));
        const { line } = read(compile({ path: `/x${path}`, query: { v: value } }).render([]));
        const target = line.split(' ')[1] ?? '';
        const url = new URL(target, 'http://shop.example');
        expect(url.searchParams.getAll('v').at(-1)).toBe(value);
        // URL encodes the apostrophe in queries, RFC 3986 allows it.
        const even = (text: string): string => text.replaceAll("'", '%27');
        expect(even(url.href)).toBe(even(`http://shop.example${target}`));
      }),
    );
  });

  it('keeps what is percent-encoded already, and a query in the path', () => {
    const { line } = read(compile({ path: '/a%20b/ü?q=1', query: { r: 'x y' } }).render([]));
    expect(line).toBe('GET /a%20b/%C3%BC?q=1&r=x%20y HTTP/1.1');
  });

  it.each<[string, Partial<EngineRequest>, RegExp]>([
    ['an unknown function', { path: '/{{now()}}' }, /there is no \{\{now\(\)\}\}; there are random\(\)/],
    ['a property of Object', { path: '/{{toString()}}' }, /there is no/],
    ['a name that nobody gives', { body: 'Dear {{name}}' }, /there is no \{\{name\}\}/],
    ['an open end', { body: 'x {{seq()' }, /without \}\}/],
    ['a bound that is no number', { path: '/{{random(a,2)}}' }, /two whole numbers/],
    ['one bound', { path: '/{{random(1)}}' }, /two whole numbers/],
    ['bounds too far apart', { path: '/{{random(-9007199254740991,9007199254740991)}}' }, /two whole numbers/],
    ['bounds the wrong way round', { path: '/{{random(2,1)}}' }, /wrong way/],
    ['arguments where none belong', { path: '/{{uuid(4)}}' }, /takes no arguments/],
    ['a path without a slash', { path: 'a' }, /does not begin with/],
    ['a path with a line break', { path: '/a HTTP/1.1\r\nX: y' }, /control character in the path/],
    ['a fragment', { path: '/a#b' }, /fragment/],
    ['a header value with a line break', { headers: { a: 'b\r\nHost: c' } }, /control character in a header/],
    ['a header name with a line break', { headers: { 'a\r\nb': 'c' } }, /no name of a header/],
    ['a header beyond latin1', { headers: { a: '\u20ac' } }, /latin1/],
    ['a host of its own', { headers: { Host: 'other.example' } }, /set by the engine/],
    ['a length of its own', { headers: { 'Content-Length': '3' } }, /set by the engine/],
    ['a method with a line break', { method: 'GET / HTTP/1.1\r\n' }, /is not sent/],
    ['a tunnel', { method: 'CONNECT' }, /is not sent/],
  ])('refuses %s', (_, scenario, message) => {
    expect(() => compile(scenario)).toThrow(TemplateError);
    expect(() => compile(scenario)).toThrow(message);
  });

  it('never lets a query value break out of the request line', () => {
    const { line } = read(compile({ query: { 'a&b': 'x HTTP/1.1\r\nY: z' } }).render([]));
    expect(line).toBe('GET /?a%26b=x%20HTTP%2F1.1%0D%0AY%3A%20z HTTP/1.1');
  });
});

describe('Random', () => {
  it('stays within the bounds and reaches both ends', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.integer({ min: 0, max: 5 }), (seed, low, width) => {
        const random = new Random(seed);
        const drawn = new Set(Array.from({ length: 200 }, () => random.between(low, low + width)));
        expect([...drawn].sort((a, b) => a - b)).toEqual(Array.from({ length: width + 1 }, (_, i) => low + i));
      }),
    );
    const wide = new Random(1);
    for (let i = 0; i < 1000; i++) {
      const drawn = wide.between(0, 2 ** 52);
      expect(Number.isSafeInteger(drawn) && drawn >= 0 && drawn <= 2 ** 52).toBe(true);
    }
  });

  it('is uniform: 100,000 draws of 10 values differ from their expectation as chance does', () => {
    const random = new Random(42);
    const counts = Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      const drawn = random.between(0, 9);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    const chiSquare = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    // The 0.001 quantile at 9 degrees of freedom.
    expect(chiSquare).toBeLessThan(27.9);
  });
});
