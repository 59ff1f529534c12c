import { Double, ServiceFailure } from './double.ts';
import { type RestRoute, restJson } from './rest-json.ts';

export interface HttpStage {
  stageName: string;
  deploymentId: string;
  defaultRouteSettings: {
    throttlingRateLimit?: number;
    throttlingBurstLimit?: number;
    detailedMetricsEnabled?: boolean;
  };
}

export interface HttpApiState {
  apiId: string;
  name: string;
  tags: Record<string, string>;
  stages: Map<string, HttpStage>;
}

const routesOf = (apis: Map<string, HttpApiState>): RestRoute[] => {
  const api = (id = ''): HttpApiState => {
    const found = apis.get(id);
    if (found === undefined) throw new ServiceFailure('NotFoundException', 404);
    return found;
  };
  const stage = (id = '', name = ''): HttpStage => {
    const found = api(id).stages.get(name);
    if (found === undefined) throw new ServiceFailure('NotFoundException', 404);
    return found;
  };
  return [
    {
      route: 'GET /v2/apis/{id}',
      operation: 'GetApi',
      run: ({ params }) => {
        const { stages: _, ...told } = api(params.id);
        return { ...told, protocolType: 'HTTP' };
      },
    },
    {
      route: 'GET /v2/apis/{id}/stages',
      operation: 'GetStages',
      run: ({ params }) => ({ items: [...api(params.id).stages.values()] }),
    },
    {
      route: 'GET /v2/apis/{id}/stages/{stage}',
      operation: 'GetStage',
      run: ({ params }) => stage(params.id, params.stage),
    },
    {
      route: 'PATCH /v2/apis/{id}/stages/{stage}',
      operation: 'UpdateStage',
      run: ({ params, body }) => {
        const found = stage(params.id, params.stage);
        const given = (body.defaultRouteSettings ?? {}) as HttpStage['defaultRouteSettings'];
        if ((given.throttlingRateLimit ?? 0) < 0) throw new ServiceFailure('BadRequestException', 400);
        // All of the settings are replaced, not those alone that are given.
        found.defaultRouteSettings = given;
        return found;
      },
    },
  ];
};

/** The part of API Gateway's API for HTTP APIs that Headroom uses. */
export async function startHttpApisDouble(): Promise<{ double: Double; state: Map<string, HttpApiState> }> {
  const state = new Map<string, HttpApiState>();
  return { double: await Double.start(restJson(routesOf(state))), state };
}
