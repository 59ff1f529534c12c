import {
  type APIGatewayClient,
  GetRestApiCommand,
  GetRestApisCommand,
  type RestApi,
} from '@aws-sdk/client-api-gateway';
import { GetApiCommand } from '@aws-sdk/client-apigatewayv2';
import { asking, codeOf } from '../../../platform/aws-failure.ts';
import { DomainError, notFound } from '../../../platform/errors.ts';
import { resourceName } from '../../../telemetry/aws/resource-name.ts';
import type { AwsClients } from '../clients.ts';
import { isManaged } from '../managed-tag.ts';
import { allPages } from '../pages.ts';
import { requireRegion } from './place.ts';

export interface FoundApi {
  kind: 'rest' | 'http';
  id: string;
  /** What to tag. */
  arn: string;
  isManaged: boolean;
  minimumCompressionBytes?: number;
}

export type ApiClients = Pick<AwsClients, 'apiGateway' | 'apiGatewayV2'>;

/** What both kinds of APIs have for an id. */
const isId = (name: string): boolean => /^[a-z0-9]{10}$/.test(name);

/**
 * @param name as a project may call it: the id of either kind, the name of a REST API, or an ARN
 * @throws DomainError not-found, conflict when several REST APIs have the name, forbidden, unavailable
 */
export async function findApi(clients: ApiClients, name: string): Promise<FoundApi> {
  const known = resourceName(name);
  return asking(`the API ${name}`, async () => {
    await requireRegion(clients.apiGateway, name);
    if (isId(known)) {
      const found = (await httpApi(clients, known)) ?? (await restApi(clients, known));
      if (found !== undefined) return found;
    }
    return restApiOfName(clients.apiGateway, known);
  });
}

async function httpApi({ apiGatewayV2 }: ApiClients, ApiId: string): Promise<FoundApi | undefined> {
  return unlessMissing(async () => {
    const { Tags } = await apiGatewayV2.send(new GetApiCommand({ ApiId }));
    const arn = arnOf(await apiGatewayV2.config.region(), `apis/${ApiId}`);
    return { kind: 'http', id: ApiId, arn, isManaged: isManaged(Tags) };
  });
}

const restApi = ({ apiGateway }: ApiClients, restApiId: string): Promise<FoundApi | undefined> =>
  unlessMissing(async () => foundOf(apiGateway, await apiGateway.send(new GetRestApiCommand({ restApiId }))));

async function restApiOfName(apiGateway: APIGatewayClient, name: string): Promise<FoundApi> {
  const all = await allPages<RestApi>(async (position) => {
    const page = await apiGateway.send(new GetRestApisCommand({ limit: 500, ...(position ? { position } : {}) }));
    return { items: page.items, next: page.position };
  });
  const [first, ...others] = all.filter((api) => api.name === name);
  if (first === undefined) throw notFound(`The API ${name}`);
  if (others.length > 0) {
    throw new DomainError('conflict', `${others.length + 1} REST APIs are called ${name}: name it by its id.`);
  }
  return foundOf(apiGateway, first);
}

async function foundOf(
  client: APIGatewayClient,
  { id = '', tags, minimumCompressionSize }: RestApi,
): Promise<FoundApi> {
  return {
    kind: 'rest',
    id,
    arn: arnOf(await client.config.region(), `restapis/${id}`),
    isManaged: isManaged(tags),
    ...(typeof minimumCompressionSize === 'number' ? { minimumCompressionBytes: minimumCompressionSize } : {}),
  };
}

/** API Gateway tells no ARNs. */
const arnOf = (region: string, path: string): string => `arn:aws:apigateway:${region}::/${path}`;

async function unlessMissing<Found>(find: () => Promise<Found>): Promise<Found | undefined> {
  try {
    return await find();
  } catch (error) {
    if (codeOf(error) === 'NotFoundException') return undefined;
    throw error;
  }
}
