import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { operations, route, routeKey } from '../../lib/contracts/routes.ts';
import { account, functionArn, region } from './intrinsics.ts';
import { Synthesized } from './synthesized.ts';

const synthesized = new Synthesized();
const routes = synthesized.all(
  'AWS::ApiGatewayV2::Route',
  z.looseObject({ ApiId: z.string(), RouteKey: z.string(), Target: z.string() }),
);
const integrations = synthesized.all(
  'AWS::ApiGatewayV2::Integration',
  z.looseObject({ IntegrationUri: z.string(), IntegrationType: z.string(), PayloadFormatVersion: z.string() }),
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
  const target = routes.find(({ RouteKey }) => RouteKey === key)?.Target;
  return integrations.find(({ logicalId }) => target === `integrations/${logicalId}`);
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
    expect(integrationOf(key)).toMatchObject({
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
      IntegrationUri: functionArn(functionName),
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

it('has no route beside those of the contracts, and one integration for each function', () => {
  expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(expected.map(([key]) => key).sort());
  expect(integrations).toHaveLength(new Set(expected.map(([, functionName]) => functionName)).size);
});

it('shares one permission among the routes of a function, and has one more for the default route', () => {
  const called = permissions.filter(({ Principal }) => Principal === 'apigateway.amazonaws.com');
  expect(called).toHaveLength(integrations.length + 1);
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
