import type { ApiConfiguration, StageConfiguration } from '../configuration/model.ts';
import { objectOf, type TemplateResource, type TemplateValue } from './parse.ts';
import type { Values } from './values.ts';

const everyMethod = (settings: TemplateValue | undefined) =>
  (Array.isArray(settings) ? settings : [])
    .map(objectOf)
    .find(({ HttpMethod, ResourcePath }) => HttpMethod === '*' && (ResourcePath === '/*' || ResourcePath === '*')) ??
  {};

export function apisOf(values: Values): ApiConfiguration[] {
  const rest = values
    .ofType('AWS::ApiGateway::RestApi')
    .map((api) => restApi(values, api, stagesOf(values, api.logicalId, 'AWS::ApiGateway::Stage', 'RestApiId')));
  const samRest = values
    .ofType('AWS::Serverless::Api')
    .map((api) => ({ ...api, properties: { ...values.globals('Api'), ...api.properties } }))
    .map((api) => restApi(values, api, [stageOf(values, api.properties, everyMethod(api.properties.MethodSettings))]));
  const http = values.ofType('AWS::ApiGatewayV2::Api').map(
    (api): ApiConfiguration => ({
      ...identity(values, api, 'http'),
      stages: stagesOf(values, api.logicalId, 'AWS::ApiGatewayV2::Stage', 'ApiId'),
    }),
  );
  const samHttp = values.ofType('AWS::Serverless::HttpApi').map((api): ApiConfiguration => {
    const properties = { ...values.globals('HttpApi'), ...api.properties };
    const limits = objectOf(properties.DefaultRouteSettings);
    return { ...identity(values, api, 'http'), stages: [stageOf(values, properties, limits)] };
  });
  return [...rest, ...samRest, ...http, ...samHttp];
}

const identity = (values: Values, { logicalId, properties }: TemplateResource, kind: ApiConfiguration['kind']) => ({
  name: logicalId,
  id: logicalId,
  kind,
  isManaged: values.isManaged(properties.Tags),
});

function restApi(values: Values, api: TemplateResource, stages: StageConfiguration[]): ApiConfiguration {
  const { MinimumCompressionSize: size } = api.properties;
  return {
    ...identity(values, api, 'rest'),
    stages,
    ...(values.isGiven(size) ? { minimumCompressionBytes: values.number(size) ?? 0 } : {}),
  };
}

const stagesOf = (values: Values, api: string, type: string, reference: string): StageConfiguration[] =>
  values
    .ofType(type)
    .filter(({ properties }) => values.reference(properties[reference]) === api)
    .map(({ properties }) => {
      const isRest = type === 'AWS::ApiGateway::Stage';
      const limits = isRest ? everyMethod(properties.MethodSettings) : objectOf(properties.DefaultRouteSettings);
      return stageOf(values, properties, limits);
    });

function stageOf(
  values: Values,
  properties: TemplateResource['properties'],
  limits: TemplateResource['properties'],
): StageConfiguration {
  const { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst } = limits;
  return {
    name: values.text(properties.StageName) ?? '$default',
    isCaching: values.text(properties.CacheClusterEnabled) === 'true',
    // A limit that is not known is a limit.
    ...(values.isGiven(rate) ? { rateLimit: values.number(rate) ?? 1 } : {}),
    ...(values.isGiven(burst) ? { burstLimit: values.number(burst) ?? 1 } : {}),
  };
}
