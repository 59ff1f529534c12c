import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { scenarios as scenarioList } from '../../../../lib/contracts/load-scenario.ts';
import { type ImportedScenarios, importedScenarios } from '../../../../lib/contracts/scenario-imports.ts';
import { scenariosFromAccessLog } from '../../../../lib/load/imports/access-log.ts';
import { importTargetOf } from '../../../../lib/load/imports/base-path.ts';
import { scenariosFromHar } from '../../../../lib/load/imports/har.ts';
import { scenariosFromOpenApi } from '../../../../lib/load/imports/openapi.ts';
import { DomainError } from '../../../../lib/platform/errors.ts';
import { jsonFaults } from '../../../../lib/platform/http/json-faults.ts';
import { renderedRequests } from '../../../support/rendered-requests.ts';

const target = importTargetOf('https://shop.example/api');

/** Whatever an import was made from: a load test takes what it answers, and every request of it can be sent. */
function mustBeUsable(made: ImportedScenarios): void {
  expect(importedScenarios.parse(made)).toEqual(made);
  expect(jsonFaults(made, 'answer')).toEqual([]);
  expect(JSON.stringify(made).length).toBeLessThan(5_500_000);
  if (made.scenarios.length > 0) scenarioList.parse(made.scenarios);
  for (const each of made.scenarios) renderedRequests(each);
}

/** A document that cannot be read is refused, and nothing else goes wrong. */
function usableOrRefused(make: () => ImportedScenarios): void {
  let made: ImportedScenarios;
  try {
    made = make();
  } catch (error) {
    expect(error).toBeInstanceOf(DomainError);
    return;
  }
  mustBeUsable(made);
}

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.string({ maxLength: 12 }),
  fc.constantFrom(
    '{{',
    '}}',
    '{{seq()}}',
    '{id}',
    '%',
    '%zz',
    '#',
    '?',
    '&',
    '=',
    '..',
    '//',
    '\r\n',
    '\u0000',
    '\ud800',
    '""',
  ),
  fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'toString', 'length', 'x'.repeat(5000), 'password', ''),
);
const text = fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join(''));
const path = text.map((rest) => `/api/${rest}`);
const method = fc.oneof(fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'TRACE', 'get'), text);
const anything = fc.jsonValue({ maxDepth: 1 });
const object = (members: Record<string, fc.Arbitrary<unknown>>) => fc.record(members, { requiredKeys: [] });
const or = (...wanted: fc.Arbitrary<unknown>[]) => fc.oneof({ weight: 12, arbitrary: fc.oneof(...wanted) }, anything);

const header = object({ name: or(text, fc.constantFrom('Host', 'cookie', 'X-A', 'content-type')), value: or(text) });
const harEntry = object({
  startedDateTime: or(
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    text,
  ),
  time: or(fc.double()),
  request: or(
    object({
      method: or(method),
      url: or(
        path.map((each) => `https://shop.example${each}`),
        text,
      ),
      headers: or(fc.array(header, { maxLength: 5 })),
      postData: or(
        object({
          mimeType: or(fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain'), text),
          text: or(
            text,
            anything.map((value) => JSON.stringify(value)),
          ),
          params: or(fc.array(object({ name: or(text), value: or(text) }), { maxLength: 3 })),
        }),
      ),
    }),
  ),
  response: or(object({ status: fc.integer({ min: 0, max: 599 }), content: or(object({ mimeType: or(text) })) })),
});

const reference = fc.constantFrom(
  '#/components/schemas/A',
  '#/components/schemas/B',
  '#/nowhere',
  '#/%zz/~2',
  'other.yaml#/A',
  '#',
);
const schema = fc.letrec<{ schema: unknown }>((tie) => ({
  schema: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    anything,
    object({ $ref: reference }),
    object({
      type: or(
        fc.constantFrom('object', 'array', 'string', 'integer', 'number', 'boolean'),
        fc.constant(['null', 'integer']),
      ),
      format: or(fc.constantFrom('uuid', 'date-time', 'email', 'binary'), text),
      minimum: or(fc.double(), fc.integer()),
      maximum: or(fc.double(), fc.integer()),
      exclusiveMinimum: or(fc.boolean(), fc.double()),
      minLength: or(fc.constantFrom(-1, 3, 1e12)),
      maxLength: or(fc.constantFrom(0, 3, 1e12)),
      minItems: or(fc.constantFrom(-1, 3, 1e12)),
      maxProperties: or(fc.integer()),
      example: or(text),
      default: or(text),
      enum: or(fc.array(text)),
      required: or(fc.array(text)),
      properties: or(fc.dictionary(nasty, tie('schema'), { maxKeys: 4 })),
      additionalProperties: or(tie('schema')),
      items: tie('schema'),
      allOf: or(fc.array(tie('schema'), { maxLength: 3 })),
      oneOf: or(fc.array(tie('schema'), { maxLength: 3 })),
      anyOf: or(fc.array(tie('schema'), { maxLength: 3 })),
    }),
  ),
})).schema;
const parameter = object({
  name: or(fc.constant('id'), text),
  in: or(fc.constantFrom('path', 'query', 'header', 'cookie', 'body', 'formData')),
  required: or(fc.constant(true)),
  schema,
  example: or(text),
  examples: or(fc.dictionary(text, object({ value: anything }))),
  type: fc.constantFrom('integer', 'string'),
});
const operation = object({
  parameters: or(fc.array(parameter, { maxLength: 4 })),
  requestBody: or(
    object({
      required: fc.boolean(),
      content: or(
        fc.dictionary(
          fc.oneof(fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded'), text),
          object({ schema, example: anything }),
        ),
      ),
    }),
  ),
  security: or(fc.array(anything)),
  servers: or(
    fc.array(
      object({ url: or(fc.constantFrom('https://shop.example/api', '/{v}/x', '//'), text), variables: anything }),
    ),
  ),
  consumes: or(fc.array(text)),
});
const openApi = object({
  openapi: fc.constantFrom('3.0.0', '3.1.0'),
  paths: or(
    fc.dictionary(
      fc.oneof(path, fc.constant('/x/{id}')),
      object({ get: or(operation), post: or(operation), parameters: or(fc.array(parameter, { maxLength: 2 })) }),
      { maxKeys: 4 },
    ),
  ),
  components: or(object({ schemas: or(object({ A: schema, B: schema })) })),
});
const swagger = openApi.map(({ components, openapi: _, ...rest }: Record<string, unknown>) => ({
  ...rest,
  swagger: '2.0',
  definitions: components,
}));

const logLine = fc.oneof(
  text,
  fc
    .tuple(method, path, nasty)
    .map(
      ([verb, asked, agent]) =>
        `1.2.3.4 - - [31/Jan/2026:02:00:00 +0000] "${verb} ${asked} HTTP/1.1" 200 5 "-" "${agent}"`,
    ),
  object({
    method: or(method),
    path: or(path),
    status: or(fc.integer()),
    time: or(text, fc.double()),
    request: or(path),
  }).map((record) => JSON.stringify(record)),
);

const runs = { numRuns: 200 };
const untouched = Object.getOwnPropertyNames(Object.prototype).join();
afterAll(() => expect(Object.getOwnPropertyNames(Object.prototype).join()).toBe(untouched));

describe('what imports make of any input', () => {
  it('can be used: recordings', () => {
    fc.assert(
      fc.property(fc.array(harEntry, { maxLength: 6 }), fc.boolean(), (entries, asFlow) =>
        usableOrRefused(() =>
          scenariosFromHar(JSON.stringify({ log: { entries } }), target, { asFlow, includeUnsafe: true }),
        ),
      ),
      runs,
    );
  });

  it('can be used: OpenAPI documents', () => {
    fc.assert(
      fc.property(fc.oneof({ weight: 3, arbitrary: openApi }, swagger), (document) =>
        usableOrRefused(() => scenariosFromOpenApi(JSON.stringify(document), target, { includeUnsafe: true })),
      ),
      { numRuns: 60 },
    );
  });

  it('can be used: access logs', () => {
    fc.assert(
      fc.property(fc.array(logLine, { maxLength: 12 }), fc.boolean(), (lines, includeUnsafe) =>
        usableOrRefused(() => scenariosFromAccessLog(lines.join('\n'), target, { format: 'auto', includeUnsafe })),
      ),
      runs,
    );
  });

  it('can be used: any text', () => {
    fc.assert(
      fc.property(text, (given) => {
        usableOrRefused(() => scenariosFromOpenApi(given, target, { includeUnsafe: true }));
        usableOrRefused(() => scenariosFromHar(given, target, { asFlow: true, includeUnsafe: true }));
        usableOrRefused(() => scenariosFromAccessLog(given, target, { format: 'json', includeUnsafe: true }));
      }),
      runs,
    );
  });
});

/** A function has 512 MB and 29 s; here it is far from either, on a machine that has other things to do. */
const patience = { timeout: 25_000 };

describe('an import of the largest documents', () => {
  const nested = (open: string, close: string, depth: number, inner = ''): string =>
    open.repeat(depth) + inner + close.repeat(depth);
  const document = (paths: string, more = ''): string => `{"openapi":"3.1.0","paths":${paths}${more}}`;
  const json = (schemaText: string): string => `{"requestBody":{"content":{"application/json":${schemaText}}}}`;

  it.each([
    [
      'an example of great depth',
      () => document(`{"/a":{"post":${json(`{"example":${nested('[', ']', 500_000)}}`)}}}`),
    ],
    [
      'a schema of great depth',
      () => document(`{"/a":{"post":${json(`{"schema":${nested('{"items":', '}', 200_000, '{}')}}`)}}}`),
    ],
    [
      'schemas that each hold the next twice',
      () => {
        const schemas = Array.from(
          { length: 40 },
          (_, at) =>
            `"S${at}":{"properties":{"a":{"$ref":"#/components/schemas/S${at + 1}"},"b":{"$ref":"#/components/schemas/S${at + 1}"}}}`,
        );
        return document(
          `{"/a":{"post":${json('{"schema":{"$ref":"#/components/schemas/S0"}}')}}}`,
          `,"components":{"schemas":{${schemas.join()}}}`,
        );
      },
    ],
    [
      'tens of thousands of operations on one great schema',
      () => {
        const properties = Array.from({ length: 100_000 }, (_, at) => `"p${at}":{"type":"string"}`).join();
        const paths = Array.from(
          { length: 20_000 },
          (_, at) => `"/p${at}":{"post":{"requestBody":{"$ref":"#/x"}}}`,
        ).join();
        return document(
          `{${paths}}`,
          `,"x":{"required":true,"content":{"application/json":{"schema":{"properties":{${properties}}}}}}`,
        );
      },
    ],
    [
      'Swagger bodies of every type',
      () => {
        const consumes = Array.from({ length: 50_000 }, (_, at) => `"a/t${at}"`).join();
        const paths = Array.from(
          { length: 20_000 },
          (_, at) => `"/p${at}":{"post":{"parameters":[{"in":"body","name":"b","schema":{}}]}}`,
        ).join();
        return `{"swagger":"2.0","consumes":[${consumes}],"paths":{${paths}}}`;
      },
    ],
    [
      'Swagger of great depth',
      () => `{"swagger":"2.0","definitions":{"A":${nested('{"items":', '}', 300_000, '{}')}},"paths":{}}`,
    ],
    [
      'a list that must be long, of lists that must be',
      () =>
        document(
          `{"/a":{"post":${json(`{"schema":${nested('{"type":"array","minItems":1000000000,"items":', '}', 9, '{"type":"string","minLength":1000000000}')}}`)}}}`,
        ),
    ],
    ['YAML of great depth', () => `openapi: ${'['.repeat(900_000)}`],
    [
      'YAML that multiplies',
      () =>
        `openapi: 3.0.0\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(99)}]\nc: &c [${'*b,'.repeat(99)}]\npaths: [${'*c,'.repeat(99)}]`,
    ],
  ])('ends: OpenAPI with %s', patience, (_, text) => {
    usableOrRefused(() => scenariosFromOpenApi(text(), target, { includeUnsafe: true }));
  });

  it.each([
    [
      'as many routes as lines',
      () =>
        Array.from(
          { length: 30_000 },
          (_, at) =>
            `[31/Jan/2026:02:00:00 +0000] "GET /api/${at.toString(26).replace(/\d/g, 'z')}/b/c${at % 97} HTTP/1.1" 200`,
        ),
    ],
    [
      'many parameters',
      () =>
        Array.from(
          { length: 20_000 },
          (_, at) => `[31/Jan/2026:02:00:00 +0000] "GET /api/a?${'p&'.repeat(60)}${at} HTTP/1.1" 200`,
        ),
    ],
    [
      'lines that nearly match',
      () => [`[x] "${'\\"'.repeat(100_000)}`, ...Array.from({ length: 300 }, () => `${'[x] "'.repeat(3000)}`)],
    ],
    [
      'JSON of great depth',
      () => [`{"method":"GET","path":"/api/a","x":${nested('[', ']', 7000)}}`, '{"a":'.repeat(1000)],
    ],
  ])('ends: a log with %s', patience, (_, lines) => {
    mustBeUsable(scenariosFromAccessLog(lines().join('\n'), target, { format: 'auto', includeUnsafe: true }));
  });

  it('ends: a recording with deep and great bodies', patience, () => {
    const bodies = [
      nested('[', ']', 400_000),
      JSON.stringify('x'.repeat(1_000_000)),
      JSON.stringify({ a: 'y'.repeat(99_000) }),
    ];
    const entries = Array.from({ length: 60 }, (_, at) => ({
      request: {
        method: 'POST',
        url: `https://shop.example/api/${at}`,
        postData: { mimeType: 'application/json', text: bodies[at < 3 ? at : 2] },
      },
    }));
    for (const asFlow of [true, false]) {
      mustBeUsable(scenariosFromHar(JSON.stringify({ log: { entries } }), target, { asFlow, includeUnsafe: true }));
    }
  });
});
