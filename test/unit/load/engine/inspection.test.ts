import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ResponseCapture, ResponseCheck } from '../../../../lib/contracts/load-scenario.ts';
import { Inspection } from '../../../../lib/load/engine/inspection.ts';
import { ReceivedResponse } from '../../../../lib/load/engine/received-response.ts';
import { TemplateError } from '../../../../lib/load/engine/template.ts';
import { Variables } from '../../../../lib/load/engine/variables.ts';

type Given = { status?: number; headers?: [string, string][]; body?: string | Buffer };

function respond({ status = 200, headers = [], body = '' }: Given): ReceivedResponse {
  const response = new ReceivedResponse();
  response.expect('all');
  response.status = status;
  for (const [name, value] of headers) response.keepField(name, value);
  const bytes = Buffer.from(body);
  response.takeBody(bytes, 0, bytes.length);
  return response;
}

const inspect = (checks: ResponseCheck[], given: Given, responseTimeMs = 10) =>
  new Inspection({ name: 'a', method: 'GET', path: '/', checks }, new Variables()).inspect(respond(given), {
    responseTimeMs,
    values: [],
    cookies: undefined,
  }).fault;

const json = (body: unknown): Given => ({ body: JSON.stringify(body) });

describe('checks', () => {
  it.each<[ResponseCheck, Given]>([
    [{ status: 404 }, { status: 404 }],
    [{ status: [200, 204] }, { status: 204 }],
    [{ bodyContains: 'ü€' }, { body: 'an ü€' }],
    [{ bodyContains: 'packed' }, { headers: [['content-encoding', 'gzip']], body: gzipSync('a packed body') }],
    [{ bodyMatches: '^a\\d+$' }, { body: 'a123' }],
    [{ bodyMatches: '(?i)\\u{fc}\\/\\p{L}$' }, { body: 'Ü/é' }],
    [{ header: 'X-Id' }, { headers: [['x-id', '']] }],
    [{ header: 'content-type', contains: 'json' }, { headers: [['content-type', 'application/json']] }],
    [{ jsonPath: '$.items[?@.price > 10]' }, json({ items: [{ price: 5 }, { price: 15 }] })],
    [{ jsonPath: '$.a', equals: { y: [1, null], x: true } }, json({ a: { x: true, y: [1, null] } })],
    [{ jsonPath: '$.items[*].id', equals: 2 }, json({ items: [{ id: 1 }, { id: 2 }] })],
    [{ jsonPath: '$.none', equals: null }, json({ none: null })],
    [{ jsonPath: "$[?match(@.id, 'a.|a[.]')].n", equals: 1 }, json([{ id: 'ab', n: 1 }])],
    [{ jsonPath: "$[?search(@, 'b{2}')]" }, json(['abba'])],
    [{ maxResponseTimeMs: 10 }, {}],
  ])('%j passes', (check, given) => {
    expect(inspect([check], given)).toBeUndefined();
  });

  it.each<[ResponseCheck, Given, string, string]>([
    [{ status: 404 }, {}, 'check-status', 'answered 200, not 404'],
    [{ status: [200, 204] }, { status: 500 }, 'check-status', 'answered 500, not 200 or 204'],
    [{ bodyContains: 'x' }, { body: 'abc' }, 'check-body', 'the body has no "x"'],
    [{ bodyMatches: '^b' }, { body: 'abc' }, 'check-body', 'the body does not match /^b/'],
    [
      { bodyContains: 'x' },
      { headers: [['content-encoding', 'gzip']], body: 'x' },
      'check-body',
      'the body is no valid gzip',
    ],
    [{ header: 'x-id' }, {}, 'check-header', 'there is no header x-id'],
    [{ header: 'x-id', contains: 'b' }, { headers: [['x-id', 'a']] }, 'check-header', 'the header x-id is "a"'],
    [{ jsonPath: '$.a' }, json({}), 'check-json', '$.a selects nothing'],
    [{ jsonPath: '$.a' }, { body: '<html>' }, 'check-json', '$.a selects nothing'],
    [
      { jsonPath: "$[?match(@, 'b|a.')]" },
      json(['abb', 'a\r', 7, {}]),
      'check-json',
      "$[?match(@, 'b|a.')] selects nothing",
    ],
    [{ jsonPath: "$[?search(@, '(')]" }, json(['(']), 'check-json', "$[?search(@, '(')] selects nothing"],
    [{ jsonPath: '$.a', equals: '1' }, json({ a: 1 }), 'check-json', '$.a is 1, not "1"'],
    [{ maxResponseTimeMs: 9 }, {}, 'check-time', 'took 10 ms, more than 9'],
  ])('%j does not pass', (check, given, kind, example) => {
    expect(inspect([check], given)).toEqual({ kind, example });
  });

  it('are looked at in their order, after the rule that a status is below 400, which one of them can replace', () => {
    const checks: ResponseCheck[] = [{ bodyContains: 'x' }, { header: 'x-id' }];
    expect(inspect(checks, { status: 500 })?.kind).toBe('http-500');
    expect(inspect(checks, { status: 200 })?.kind).toBe('check-body');
    expect(inspect([...checks, { status: 500 }], { status: 500, body: 'x' })?.kind).toBe('check-header');
  });

  it.each<[ResponseCheck, RegExp]>([
    [{ jsonPath: '$.a[' }, /is no JSONPath/],
    [{ bodyMatches: '(' }, /^"\(" is no regular expression of RE2, .*\(missing closing \): `\(`\)$/],
    [{ bodyMatches: 'a(?=b)' }, /which has no look-ahead, look-behind or back-references \(.*`\(\?=`\)$/],
    [{ bodyMatches: '(?<!a)b' }, /look-behind/],
    [{ bodyMatches: '(a)\\1' }, /back-references \(invalid escape sequence: `\\1`\)$/],
    [{ bodyMatches: '(a?){500}a{500}' }, /^the repeats .* make it too large$/],
  ])('%j is refused', (check, message) => {
    expect(() => inspect([check], {})).toThrow(TemplateError);
    expect(() => inspect([check], {})).toThrow(message);
  });
});

/** A text over which patterns of the backtracking kind go back again and again, for longer than anybody waits. */
const endless = `"${'a'.repeat(100_000)}!"`;

describe('a pattern that could take for ever', () => {
  it.each<ResponseCheck>([
    { bodyMatches: '(a+)+$' },
    { bodyMatches: '(a|a)*b' },
    { bodyMatches: '(.*a){20}b' },
    { jsonPath: "$[?match(@, '(a+)+')]" },
    { jsonPath: '$[?search(@, $[1])]' },
  ])('is done with in time: %j', { timeout: 5000 }, (check) => {
    expect(inspect([check], { body: `[${endless}, "(a+)+$"]` })?.kind).toMatch(/^check-(body|json)$/);
  });
});

it('takes a response that is nested too deeply for one that cannot be read, and goes on', () => {
  const body = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  expect(inspect([{ jsonPath: '$..id' }], { body })?.kind).toBe('check-json');
  expect(inspect([{ jsonPath: '$', equals: 1 }], { body })?.kind).toBe('check-json');
});

describe('captures', () => {
  const capture = (captures: Record<string, ResponseCapture>, given: Given) => {
    const variables = new Variables();
    const inspection = new Inspection({ name: 'a', method: 'GET', path: '/', captures }, variables);
    const values: string[] = [];
    const findings = inspection.inspect(respond(given), { responseTimeMs: 1, values, cookies: undefined });
    const named = variables.names.map((name): [string, string | undefined] => [
      name,
      values[variables.slotOf(name) ?? -1],
    ]);
    return { ...findings, keep: inspection.keep, values: Object.fromEntries(named) };
  };

  it.each<[ResponseCapture, Given, string]>([
    [{ jsonPath: '$..id' }, json([{ id: 7 }, { id: 8 }]), '7'],
    [{ jsonPath: '$.a' }, json({ a: { b: [1] } }), '{"b":[1]}'],
    [{ jsonPath: '$.a' }, json({ a: null }), 'null'],
    [{ jsonPath: '$.a' }, json({ a: '' }), ''],
    [{ header: 'Location' }, { headers: [['location', '/x']] }, '/x'],
    [{ bodyMatches: 'csrf="(\\w+)"' }, { body: '<input csrf="t0k">' }, 't0k'],
    [{ bodyMatches: '\\d+' }, { body: 'no 42' }, '42'],
    [
      { cookie: 'sid' },
      {
        headers: [
          ['set-cookie', 'a=b'],
          ['set-cookie', ' sid = x=y ; Path=/'],
        ],
      },
      'x=y',
    ],
  ])('%j finds its value', (given, response, value) => {
    expect(capture({ it: given }, response)).toMatchObject({
      fault: undefined,
      lacksCapture: false,
      values: { it: value },
    });
  });

  it('finds its value in time where a pattern could take for ever', { timeout: 5000 }, () => {
    const given = { body: `${endless}b` };
    expect(capture({ it: { bodyMatches: '(?:a+)+([b!])' } }, given).values).toEqual({ it: '!' });
    expect(capture({ it: { bodyMatches: '(?:a+)+([bc])$' } }, given).lacksCapture).toBe(true);
  });

  it.each<[ResponseCapture, Given]>([
    [{ jsonPath: '$.a' }, json({})],
    [{ jsonPath: '$.a' }, { body: 'no JSON' }],
    [{ header: 'location' }, {}],
    [{ bodyMatches: 'x' }, { body: 'y' }],
    [{ cookie: 'sid' }, { headers: [['set-cookie', 'aside=b']] }],
  ])('%j fails the request when it is not there', (given, response) => {
    expect(capture({ it: given }, response)).toMatchObject({
      fault: { kind: 'capture-it', example: 'answered 200 without it' },
      lacksCapture: true,
    });
  });

  it('are less important than the status, and take what is there all the same', () => {
    const { fault, lacksCapture, values } = capture(
      { a: { header: 'a' }, b: { header: 'b' } },
      { status: 503, headers: [['b', '1']] },
    );
    expect([fault?.kind, lacksCapture, values]).toEqual(['http-503', true, { a: undefined, b: '1' }]);
  });

  it('keep no more of a response than they need', () => {
    const keepOf = (checks: ResponseCheck[], captures: Record<string, ResponseCapture> = {}): string =>
      new Inspection({ name: 'a', method: 'GET', path: '/', checks, captures }, new Variables()).keep;
    expect(keepOf([{ status: 200 }, { maxResponseTimeMs: 1 }])).toBe('nothing');
    expect(keepOf([{ header: 'a' }])).toBe('head');
    expect(keepOf([], { a: { cookie: 'a' } })).toBe('head');
    expect(keepOf([{ header: 'a' }], { a: { jsonPath: '$' } })).toBe('all');
  });
});
