import { GetStagesCommand as GetRestStagesCommand, type Stage } from '@aws-sdk/client-api-gateway';
import { GetStagesCommand } from '@aws-sdk/client-apigatewayv2';
import { allPages } from '../pages.ts';
import { type ApiClients, type FoundApi, findApi } from '../resources/api.ts';
import type { Calls } from './calls.ts';
import type { ApiConfiguration, StageConfiguration } from './model.ts';

export async function readApi(clients: ApiClients, calls: Calls, name: string): Promise<ApiConfiguration | undefined> {
  const found = await calls.ask('apigateway:GET', name, () => findApi(clients, name));
  if (found === undefined) return undefined;
  const { kind, id, isManaged, minimumCompressionBytes } = found;
  const stages = await calls.ask('apigateway:GET', `${name}/stages`, () => stagesOf(clients, found));
  return {
    name,
    isManaged,
    kind,
    id,
    stages: stages ?? [],
    ...(minimumCompressionBytes === undefined ? {} : { minimumCompressionBytes }),
  };
}

async function stagesOf(
  { apiGateway, apiGatewayV2 }: ApiClients,
  { kind, id }: FoundApi,
): Promise<StageConfiguration[]> {
  if (kind === 'rest') {
    const { item = [] } = await apiGateway.send(new GetRestStagesCommand({ restApiId: id }));
    return item.map(restStageOf);
  }
  const stages = await allPages(async (NextToken) => {
    const page = await apiGatewayV2.send(new GetStagesCommand({ ApiId: id, ...(NextToken ? { NextToken } : {}) }));
    return { items: page.Items, next: page.NextToken };
  });
  return stages.map(({ StageName = '', DefaultRouteSettings: all }) => ({
    name: StageName,
    ...limits(all?.ThrottlingRateLimit, all?.ThrottlingBurstLimit),
  }));
}

/** The methods of a stage that have no settings of their own. */
export const everyMethod = '*/*';

function restStageOf({
  stageName = '',
  methodSettings,
  cacheClusterEnabled,
  cacheClusterSize,
}: Stage): StageConfiguration {
  const all = methodSettings?.[everyMethod];
  return {
    name: stageName,
    ...limits(all?.throttlingRateLimit, all?.throttlingBurstLimit),
    ...(cacheClusterEnabled && cacheClusterSize !== undefined ? { cacheSizeGb: Number(cacheClusterSize) } : {}),
    isCaching: all?.cachingEnabled ?? false,
    ...(!all?.cachingEnabled || all.cacheTtlInSeconds === undefined ? {} : { cacheTtlSeconds: all.cacheTtlInSeconds }),
  };
}

/** -1, and 0 of both where nothing was ever set, stand for what the account allows. */
const limits = (rateLimit = -1, burstLimit = -1): Pick<StageConfiguration, 'rateLimit' | 'burstLimit'> =>
  rateLimit < 0 || burstLimit < 0 ? {} : { rateLimit, burstLimit };
