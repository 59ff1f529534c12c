import { validate } from '@scalar/openapi-parser';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operations, route, routeKey } from '../../lib/contracts/routes.ts';
import { account, functionArn, region } from './intrinsics.ts';
import { Synthesized } from './synthesized.ts';

const synthesized = new Synthesized();
const operationShape = z.looseObject({
  'x-amazon-apigateway-integration': z.object({ $ref: z.string() }),
  isDefaultRoute: z.boolean().optional(),
});
const definition = z.looseObject({
  openapi: z.string(),
  info: z.looseObject({ title: z.string() }),
  tags: z.array(z.looseObject({ name: z.string(), 'x-amazon-apigateway-tag-value': z.string() })),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.object({
    'x-amazon-apigateway-integrations': z.record(
      z.string(),
      z.object({
        type: z.string(),
        httpMethod: z.string(),
        uri: z.string(),
        payloadFormatVersion: z.string(),
      }),
    ),
  }),
  'x-amazon-apigateway-importexport-version': z.string(),
});
const [api] = synthesized.all('AWS::ApiGatewayV2::Api', z.looseObject({ Body: definition }));
const body = definition.parse(api?.Body);
const integrations = body.components['x-amazon-apigateway-integrations'];

/** The routes that API Gateway makes of the document, by their keys. */
const routes = new Map(
  Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => method !== 'parameters')
      .map(([method, value]) => {
        const operation = operationShape.parse(value);
        return [operation.isDefaultRoute ? '$default' : `${method.toUpperCase()} ${path}`, operation] as const;
      }),
  ),
);
const permissions = synthesized.all(
  'AWS::Lambda::Permission',
  z.looseObject({ Action: z.string(), FunctionName: z.string(), Principal: z.string(), SourceArn: z.string() }),
);
const [stage] = synthesized.all(
  'AWS::ApiGatewayV2::Stage',
  z.looseObject({
    ApiId: z.string(),
    StageName: z.string(),
    AutoDeploy: z.boolean(),
    AccessLogSettings: z.object({ DestinationArn: z.string(), Format: z.string() }),
    DefaultRouteSettings: z.object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() }),
  }),
);

const integrationOf = (key: string) => {
  const pointer = routes.get(key)?.['x-amazon-apigateway-integration'].$ref;
  return integrations[pointer?.replace('#/components/x-amazon-apigateway-integrations/', '') ?? ''];
};

/** As IAM matches an ARN: part by part, and a star takes anything within its part. */
const arnLike = (pattern: string, arn: string): boolean => {
  const wanted = pattern.split(':');
  const given = arn.split(':');
  return wanted.every((part, index) => {
    const text = part.split('*').map((literal) => literal.replaceAll(/[.$/{}+?()[\]\\^|]/g, '\\$&'));
    return new RegExp(`^${text.join('.*')}$`).test(given[index] ?? '');
  });
};

/** What API Gateway names as the source of a call. @see https://docs.aws.amazon.com/apigateway/latest/developerguide/arn-format-reference.html */
const sourceArn = (key: string): string => {
  const api = `arn:aws:execute-api:${region}:${account}:${stage?.ApiId}/$default`;
  return key === '$default' ? `${api}/$default` : `${api}/${key.replace(' ', '')}`;
};

const expected: Array<[key: string, functionName: string]> = [
  ...operations.map((operation): [string, string] => [
    routeKey(route(operation)),
    `headroom-main-${route(operation).function}`,
  ]),
  ['$default', 'headroom-main-platform-api'],
];

describe.each(expected)('%s', (key, functionName) => {
  it(`is answered by ${functionName}, which API Gateway may call`, () => {
    expect(integrationOf(key)).toEqual({
      type: 'AWS_PROXY',
      httpMethod: 'POST',
      payloadFormatVersion: '2.0',
      uri: functionArn(functionName),
    });
    const allowing = permissions.filter(
      ({ FunctionName, Principal, SourceArn }) =>
        FunctionName === functionArn(functionName) &&
        Principal === 'apigateway.amazonaws.com' &&
        arnLike(SourceArn, sourceArn(key)),
    );
    expect(allowing.map(({ Action }) => Action)).toEqual(['lambda:InvokeFunction']);
  });
});

it('has no route beside those of the contracts, and one integration and one permission for each function', () => {
  expect([...routes.keys()].sort()).toEqual(expected.map(([key]) => key).sort());
  const answering = new Set(expected.map(([, functionName]) => functionName));
  expect(Object.keys(integrations)).toHaveLength(answering.size);
  const called = permissions.filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
  expect(called).toHaveLength(answering.size);
});

it('lets no other API call its functions', () => {
  const called = permissions.filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
  const elsewhere = sourceArn('GET /health').replace(`:${stage?.ApiId}/`, ':another/');
  expect(called.filter(({ SourceArn }) => arnLike(SourceArn, elsewhere))).toEqual([]);
});

it('is described by a document that is valid, and small against what API Gateway imports', async () => {
  expect(await validate(structuredClone(body))).toMatchObject({ valid: true, errors: [] });
  expect(body).toMatchObject({ openapi: '3.0.1', 'x-amazon-apigateway-importexport-version': '1.0' });
  // 300 routes and 300 integrations to an API, 6 MB to a document, unless AWS is asked for more.
  expect(routes.size).toBeLessThan(270);
  expect(JSON.stringify(body).length).toBeLessThan(200_000);
});

it('names the parameters of each path, and lets the last of one go on', () => {
  for (const [path, { parameters = [] }] of Object.entries(body.paths)) {
    const named = z.array(z.looseObject({ name: z.string() })).parse(parameters);
    expect(named.map(({ name }) => `{${name}}`)).toEqual(path.replace('+}', '}').match(/\{[^}]+\}/g) ?? []);
  }
  expect(body.paths['/v1/cache/{namespace}/entries/{key+}']).toHaveProperty('head');
});

it('is tagged where an import looks for tags', () => {
  expect(body.tags).toEqual([
    { name: 'Project', 'x-amazon-apigateway-tag-value': 'headroom' },
    { name: 'headroom:stage', 'x-amazon-apigateway-tag-value': 'main' },
  ]);
  expect(body.info.title).toBe('headroom-main-api');
});

it('throttles, and logs who asked for what without what was said', () => {
  expect(stage).toMatchObject({
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1000 },
  });
  expect(stage?.AccessLogSettings.DestinationArn).toContain('log-group:/aws/vendedlogs/headroom-main-api');
  const format = stage?.AccessLogSettings.Format ?? '';
  expect(Object.keys(JSON.parse(format))).toEqual(expect.arrayContaining(['requestId', 'routeKey', 'status']));
  expect(format).not.toMatch(/authorization|header/i);
});
