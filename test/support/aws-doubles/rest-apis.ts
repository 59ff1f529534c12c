import { Double, ServiceFailure } from './double.ts';
import { type RestRoute, restJson } from './rest-json.ts';

interface MethodSettings {
  throttlingRateLimit?: number;
  throttlingBurstLimit?: number;
  cachingEnabled?: boolean;
  cacheTtlInSeconds?: number;
}

export interface RestStage {
  stageName: string;
  deploymentId: string;
  methodSettings: Record<string, MethodSettings>;
  cacheClusterEnabled: boolean;
  cacheClusterSize?: string;
  cacheClusterStatus: string;
  pending: number;
}

export interface RestApiState {
  id: string;
  name: string;
  tags: Record<string, string>;
  minimumCompressionSize?: number;
  stages: Map<string, RestStage>;
}

export const restStage = (stageName: string, settings: Partial<RestStage> = {}): RestStage => ({
  stageName,
  deploymentId: 'd1',
  methodSettings: {},
  cacheClusterEnabled: false,
  cacheClusterStatus: 'NOT_AVAILABLE',
  pending: 0,
  ...settings,
});

interface Patch {
  op: string;
  path: string;
  value?: string;
}

const bad = (message: string) => new ServiceFailure('BadRequestException', 400, message);
const cacheSizes = ['0.5', '1.6', '6.1', '13.5', '28.4', '58.2', '118', '237'];

/** By the last two parts of the path: how a setting of methods is written. */
const methodSetting: Record<string, (settings: MethodSettings, value: string) => void> = {
  'throttling/rateLimit': (settings, value) => {
    settings.throttlingRateLimit = Number(value);
  },
  'throttling/burstLimit': (settings, value) => {
    settings.throttlingBurstLimit = Number(value);
  },
  'caching/enabled': (settings, value) => {
    settings.cachingEnabled = value === 'true';
  },
  'caching/ttlInSeconds': (settings, value) => {
    if (Number(value) > 3_600) throw bad('ttl');
    settings.cacheTtlInSeconds = Number(value);
  },
};

function patchStage(stage: RestStage, { op, path, value = '' }: Patch): void {
  if (path === '/cacheClusterEnabled') {
    stage.cacheClusterEnabled = value === 'true';
    stage.cacheClusterStatus = stage.cacheClusterEnabled ? 'CREATE_IN_PROGRESS' : 'DELETE_IN_PROGRESS';
    stage.pending = 1;
    return;
  }
  if (path === '/cacheClusterSize') {
    if (!cacheSizes.includes(value)) throw bad('size');
    stage.cacheClusterSize = value;
    return;
  }
  const [, resource, method, ...rest] = path.split('/');
  const key = `${resource}/${method}`;
  if (op === 'remove') {
    delete stage.methodSettings[key];
    return;
  }
  const set = methodSetting[rest.join('/')];
  if (op !== 'replace' || set === undefined) throw bad(`${op} ${path}`);
  const settings = stage.methodSettings[key] ?? {};
  set(settings, value);
  stage.methodSettings[key] = settings;
}

function shown(stage: RestStage): object {
  const { pending, ...told } = stage;
  if (pending > 0) stage.pending--;
  else if (stage.cacheClusterStatus.endsWith('IN_PROGRESS')) {
    stage.cacheClusterStatus = stage.cacheClusterEnabled ? 'AVAILABLE' : 'NOT_AVAILABLE';
  }
  return { ...told, cacheClusterStatus: stage.cacheClusterStatus };
}

const routesOf = (apis: Map<string, RestApiState>): RestRoute[] => {
  const api = (id = ''): RestApiState => {
    const found = apis.get(id);
    if (found === undefined) throw new ServiceFailure('NotFoundException', 404);
    return found;
  };
  const stage = (id = '', name = ''): RestStage => {
    const found = api(id).stages.get(name);
    if (found === undefined) throw new ServiceFailure('NotFoundException', 404);
    return found;
  };
  const shownApi = ({ stages: _, ...told }: RestApiState): object => told;
  return [
    {
      route: 'GET /restapis',
      operation: 'GetRestApis',
      // Two to a page, so that pages are read.
      run: ({ query }) => {
        const from = Number(query.get('position') ?? 0);
        const all = [...apis.values()];
        return {
          item: all.slice(from, from + 2).map(shownApi),
          ...(all.length > from + 2 ? { position: String(from + 2) } : {}),
        };
      },
    },
    { route: 'GET /restapis/{id}', operation: 'GetRestApi', run: ({ params }) => shownApi(api(params.id)) },
    {
      route: 'PATCH /restapis/{id}',
      operation: 'UpdateRestApi',
      run: ({ params, body }) => {
        const found = api(params.id);
        for (const { op, path, value } of body.patchOperations as Patch[]) {
          if (op !== 'replace' || path !== '/minimumCompressionSize') throw bad(path);
          if (value === undefined || value === '') delete found.minimumCompressionSize;
          else if (Number(value) > 10_485_760) throw bad('size');
          else found.minimumCompressionSize = Number(value);
        }
        return shownApi(found);
      },
    },
    {
      route: 'GET /restapis/{id}/stages',
      operation: 'GetStages',
      run: ({ params }) => ({ item: [...api(params.id).stages.values()].map(shown) }),
    },
    {
      route: 'GET /restapis/{id}/stages/{stage}',
      operation: 'GetStage',
      run: ({ params }) => shown(stage(params.id, params.stage)),
    },
    {
      route: 'PATCH /restapis/{id}/stages/{stage}',
      operation: 'UpdateStage',
      run: ({ params, body }) => {
        const found = stage(params.id, params.stage);
        if (found.cacheClusterStatus.endsWith('IN_PROGRESS')) throw new ServiceFailure('ConflictException', 409);
        for (const patch of body.patchOperations as Patch[]) patchStage(found, patch);
        return shown(found);
      },
    },
  ];
};

/** The part of API Gateway's API for REST APIs that Headroom uses. */
export async function startRestApisDouble(): Promise<{ double: Double; state: Map<string, RestApiState> }> {
  const state = new Map<string, RestApiState>();
  return { double: await Double.start(restJson(routesOf(state))), state };
}
