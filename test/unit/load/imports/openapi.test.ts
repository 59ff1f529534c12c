import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../../lib/contracts/openapi.ts';
import { importTargetOf } from '../../../../lib/load/imports/base-path.ts';
import { scenariosFromOpenApi } from '../../../../lib/load/imports/openapi.ts';
import { renderedRequests } from '../../../support/rendered-requests.ts';

const pets = `
openapi: 3.0.3
info: { title: Pets, version: '1' }
servers:
  - url: https://{region}.example.com/v2
    variables: { region: { default: eu } }
paths:
  /pets:
    parameters:
      - { name: status, in: query, required: true, schema: { type: string, enum: [available, sold] } }
      - { name: limit, in: query, schema: { type: integer } }
    get:
      parameters:
        - { name: X-Tenant, in: header, required: true, schema: { type: string }, example: blue }
        - { name: Authorization, in: header, required: true, schema: { type: string } }
      responses: { '200': { description: Pets } }
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: '#/components/schemas/Pet' }
      responses: { '201': { description: Made } }
  /pets/{petId}:
    parameters:
      - { $ref: '#/components/parameters/PetId' }
    get: { responses: { '200': { description: A pet } } }
    delete: { security: [ { key: [] } ], responses: { '204': { description: Gone } } }
  /pets/{petId}/photos:
    post:
      requestBody:
        required: true
        content: { multipart/form-data: { schema: { type: object } } }
      responses: { '201': { description: Kept } }
  /owners/{name}:
    get:
      parameters:
        - { name: name, in: path, required: true, schema: { type: string } }
      responses: { '200': { description: An owner } }
components:
  parameters:
    PetId: { name: petId, in: path, required: true, schema: { type: integer, minimum: 10, maximum: 20 } }
  schemas:
    Pet:
      type: object
      required: [name, kind]
      properties:
        id: { type: integer, readOnly: true }
        name: { type: string, example: Rex }
        kind: { $ref: '#/components/schemas/Kind' }
        nickname: { type: string }
        parent: { $ref: '#/components/schemas/Pet' }
    Kind: { type: string, enum: [dog, cat] }
`;

const importing = (document: string | object, options: { includeUnsafe?: boolean; baseUrl?: string } = {}) => {
  const { includeUnsafe = true, baseUrl = 'https://shop.example' } = options;
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return scenariosFromOpenApi(text, importTargetOf(baseUrl), { includeUnsafe });
};

const withPaths = (paths: object, more: object = {}): object => ({ openapi: '3.1.0', paths, ...more });

describe('scenarios from an OpenAPI document', () => {
  it('fill parameters, headers and bodies from what the document says of them', () => {
    const { scenarios, skipped } = importing(pets);
    expect(scenarios).toEqual([
      {
        name: 'GET /pets',
        weight: 1,
        method: 'GET',
        path: '/v2/pets?status=available',
        headers: { 'X-Tenant': 'blue' },
      },
      {
        name: 'POST /pets',
        weight: 1,
        method: 'POST',
        path: '/v2/pets?status=available',
        body: { name: 'Rex', kind: 'dog' },
      },
      { name: 'GET /pets/{petId}', weight: 1, method: 'GET', path: '/v2/pets/{{random(10,20)}}' },
      { name: 'DELETE /pets/{petId}', weight: 1, method: 'DELETE', path: '/v2/pets/{{random(10,20)}}' },
      { name: 'GET /owners/{name}', weight: 1, method: 'GET', path: '/v2/owners/string' },
    ]);
    for (const each of scenarios) renderedRequests(each);
    expect(skipped.map(({ reason, count, example }) => [reason.slice(0, 30), count, example])).toEqual([
      ['Taken, with a value made up fo', 3, 'GET /pets/{petId}'],
      ['Taken, but asks for authentica', 2, 'GET /pets'],
      ['Needs a body that cannot be ma', 1, 'POST /pets/{petId}/photos'],
    ]);
  });

  it('are of GET and HEAD alone, unless the others are asked for', () => {
    const { scenarios, skipped } = importing(pets, { includeUnsafe: false });
    expect(scenarios.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
    expect(skipped).toContainEqual(
      expect.objectContaining({ reason: expect.stringMatching(/^Changes something/), count: 3, example: 'POST /pets' }),
    );
  });

  it.each([
    ['https://eu.example.com', '/v2/pets'],
    ['https://eu.example.com/v2', '/pets'],
    ['https://eu.example.com/v2/', '/pets'],
    ['https://staging.example.com/v2', '/pets'],
    ['https://staging.example.com/other', '/pets'],
  ])('are relative to the project’s address %s: %s', (baseUrl, path) => {
    const [first] = importing(pets, { baseUrl }).scenarios;
    expect(first?.path).toBe(`${path}?status=available`);
  });

  it('go by the server of the project’s own origin where there are several', () => {
    const servers = [{ url: 'https://old.example/v1' }, { url: 'https://shop.example/v2' }, { url: '/v3' }];
    const document = withPaths({ '/a': { get: {} }, '/b': { get: {}, servers: [{ url: '/b-server/' }] } }, { servers });
    expect(importing(document).scenarios.map(({ path }) => path)).toEqual(['/v2/a', '/b-server/b']);
  });

  it('come from Swagger 2.0 as well', () => {
    const document = {
      swagger: '2.0',
      host: 'shop.example',
      basePath: '/api',
      consumes: ['application/json'],
      paths: {
        '/orders/{id}': {
          get: { parameters: [{ name: 'id', in: 'path', required: true, type: 'integer' }], responses: {} },
        },
        '/orders': {
          post: {
            parameters: [{ in: 'body', name: 'order', required: true, schema: { $ref: '#/definitions/Order' } }],
          },
        },
        '/sign-in': {
          post: {
            consumes: ['application/x-www-form-urlencoded'],
            parameters: [{ in: 'formData', name: 'user', type: 'string', default: 'a b', required: true }],
          },
        },
      },
      definitions: { Order: { type: 'object', properties: { item: { type: 'string', default: 'tea' } } } },
    };
    expect(importing(document).scenarios).toMatchObject([
      { name: 'GET /orders/{id}', path: '/api/orders/{{random(1,100)}}' },
      { name: 'POST /orders', path: '/api/orders', body: { item: 'tea' } },
      {
        name: 'POST /sign-in',
        body: 'user=a+b',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
    ]);
  });

  it('write what looks like a template so that it stays what it is', () => {
    const braces = 'a{{seq()}}b';
    const document = withPaths({
      '/{id}': {
        post: {
          parameters: [
            { name: 'id', in: 'path', required: true, example: braces },
            { name: 'q', in: 'query', required: true, example: braces },
            { name: 'X-Text', in: 'header', required: true, example: braces },
          ],
          requestBody: { content: { 'application/json': { example: { text: braces } } } },
        },
      },
    });
    const [made] = importing(document).scenarios;
    expect(made).toEqual({
      name: 'POST /{id}',
      weight: 1,
      method: 'POST',
      path: `/${encodeURIComponent(braces)}?q=${encodeURIComponent(braces)}`,
      headers: { 'content-type': 'application/json' },
      body: '{"text":"a{\\u007bseq()}}b"}',
    });
    expect(JSON.parse(made?.body as string)).toEqual({ text: braces });
    if (made !== undefined) renderedRequests(made);
  });

  it('end where a schema refers to itself, and follow no reference out of the document', () => {
    const document = withPaths(
      {
        '/trees': { post: { requestBody: { content: { 'application/json': { schema: ref('Node') } } } } },
        '/far': { get: { parameters: [{ $ref: 'file:///etc/passwd' }, { $ref: 'http://127.0.0.1:1/x' }] } },
        '/loop': { get: { parameters: [ref('Loop')] } },
      },
      {
        components: {
          schemas: {
            Node: {
              type: 'object',
              required: ['value', 'left', 'children'],
              properties: {
                value: { type: 'number', default: 1 },
                left: ref('Node'),
                children: { type: 'array', items: ref('Node') },
              },
            },
            Loop: ref('Loop'),
          },
        },
      },
    );
    const { scenarios, skipped } = importing(document);
    expect(scenarios.map(({ name, body }) => [name, body])).toEqual([
      ['POST /trees', { value: 1, children: [] }],
      ['GET /far', undefined],
      ['GET /loop', undefined],
    ]);
    expect(skipped).toMatchObject([{ count: 2, example: 'file:///etc/passwd' }]);
  });

  it('say which field is wrong with a document that is none', () => {
    for (const [text, why] of [
      ['{"openapi": "3.1.0"', /no JSON/],
      ['openapi: [', /no YAML/],
      ['a page', /no object/],
      ['{"openapi":"4.0.0"}', /neither/],
      ['- 1', /no object/],
      [`a: ${'x'.repeat(2_000_001)}`, /at most 2 MB/],
    ] as const) {
      expect(() => importing(text)).toThrow(
        expect.objectContaining({
          code: 'invalid-request',
          fieldErrors: [{ path: 'body.document', message: expect.stringMatching(why) }],
        }),
      );
    }
  });

  it('are at most a hundred, all of different names', () => {
    const paths = Object.fromEntries(
      Array.from({ length: 150 }, (_, index) => [`/${'x'.repeat(120)}${index}`, { get: {} }]),
    );
    const { scenarios, skipped } = importing(withPaths(paths));
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(100);
    expect(skipped).toMatchObject([{ count: 50, reason: 'Beyond the 100 scenarios that a load test may have' }]);
  });

  it('come from Headroom’s own document, and can be sent', () => {
    const { scenarios } = importing(openApiDocument({ version: '1.0.0' }));
    expect(scenarios.length).toBeGreaterThan(40);
    const body = { name: 'string', expiresAt: expect.stringMatching(/Z$/) };
    expect(scenarios).toContainEqual(expect.objectContaining({ name: 'POST /v1/keys', body }));
    for (const each of scenarios) renderedRequests(each);
  });
});

const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });
