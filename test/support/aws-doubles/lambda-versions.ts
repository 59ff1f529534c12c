import { ServiceFailure } from './double.ts';
import { configurationOf } from './lambda.ts';
import { type LambdaFunction, type LambdaState, lambdaArn } from './lambda-state.ts';
import { RestAnswer, type RestCall, type RestRoute } from './rest-json.ts';

/** What a version took: set by tests, as functions of the memory. */
export interface Played {
  durationMs: number;
  initMs?: number;
  memoryUsedMb: number;
  /** The function's own error. */
  fails?: boolean;
}

const functions = '/2015-03-31/functions/{name}';
const provisioned = '/2019-09-30/functions/{name}/provisioned-concurrency';

function alias(one: LambdaFunction, name: string) {
  const found = one.aliases.get(name);
  if (found === undefined) throw new ServiceFailure('ResourceNotFoundException', 404);
  return found;
}

const provisionedOf = (one: LambdaFunction, name: string) => {
  const config = alias(one, name).provisioned;
  if (config === undefined) throw new ServiceFailure('ProvisionedConcurrencyConfigNotFoundException', 404);
  const isReady = config.pending-- <= 0;
  return {
    FunctionArn: lambdaArn(one.name, name),
    RequestedProvisionedConcurrentExecutions: config.units,
    AllocatedProvisionedConcurrentExecutions: isReady ? config.units : 0,
    Status: isReady ? 'READY' : 'IN_PROGRESS',
  };
};

/** How published versions answer, by memory and how often they were invoked before. */
export const plays = new WeakMap<LambdaState, (memoryMb: number, invocation: number) => Played>();
const invocations = new WeakMap<object, number>();

function invoked(state: LambdaState, { params, query }: RestCall): RestAnswer {
  const one = state.find(params.name ?? '');
  const version = one.versions.find(({ version: number }) => number === query.get('Qualifier'));
  if (version === undefined) throw new ServiceFailure('ResourceNotFoundException', 404);
  const count = invocations.get(version) ?? 0;
  invocations.set(version, count + 1);
  const { durationMs, initMs, memoryUsedMb, fails } = plays.get(state)?.(version.memoryMb, count) ?? {
    durationMs: 10,
    memoryUsedMb: 64,
  };
  const report = [
    'REPORT RequestId: 0b6e9e3c-0000-4000-8000-000000000000',
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs)} ms`,
    `Memory Size: ${version.memoryMb} MB`,
    `Max Memory Used: ${memoryUsedMb} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
  ].join('\t');
  return new RestAnswer({
    status: 200,
    headers: {
      'x-amz-log-result': Buffer.from(`START\nEND\n${report}\t\n`).toString('base64'),
      'x-amz-executed-version': version.version,
      ...(fails ? { 'x-amz-function-error': 'Unhandled' } : {}),
    },
    body: '{}',
  });
}

export const lambdaVersionRoutes = (state: LambdaState): RestRoute[] => [
  {
    route: `GET ${functions}/aliases`,
    operation: 'ListAliases',
    run: ({ params }) => ({
      Aliases: [...state.find(params.name ?? '').aliases].map(([Name, { version }]) => ({
        Name,
        FunctionVersion: version,
      })),
    }),
  },
  {
    route: `GET ${functions}/aliases/{alias}`,
    operation: 'GetAlias',
    run: ({ params: { name = '', alias: wanted = '' } }) => ({
      Name: wanted,
      FunctionVersion: alias(state.find(name), wanted).version,
    }),
  },
  {
    route: `GET ${provisioned}`,
    operation: 'ListProvisionedConcurrencyConfigs',
    when: ({ query }) => query.get('List') === 'ALL',
    run: ({ params }) => {
      const one = state.find(params.name ?? '');
      const named = [...one.aliases].filter(([, { provisioned: config }]) => config !== undefined);
      return { ProvisionedConcurrencyConfigs: named.map(([name]) => provisionedOf(one, name)) };
    },
  },
  {
    route: `GET ${provisioned}`,
    operation: 'GetProvisionedConcurrencyConfig',
    run: ({ params, query }) => provisionedOf(state.find(params.name ?? ''), query.get('Qualifier') ?? ''),
  },
  {
    route: `PUT ${provisioned}`,
    operation: 'PutProvisionedConcurrencyConfig',
    run: ({ params, query, body }) => {
      const units = body.ProvisionedConcurrentExecutions as number;
      if (!(units >= 1)) throw new ServiceFailure('InvalidParameterValueException', 400);
      const found = alias(state.find(params.name ?? ''), query.get('Qualifier') ?? '');
      found.provisioned = { units, pending: state.settlesAfter };
      return { RequestedProvisionedConcurrentExecutions: units, Status: 'IN_PROGRESS' };
    },
  },
  {
    route: `DELETE ${provisioned}`,
    operation: 'DeleteProvisionedConcurrencyConfig',
    run: ({ params, query }) => {
      delete alias(state.find(params.name ?? ''), query.get('Qualifier') ?? '').provisioned;
    },
  },
  {
    route: `GET ${functions}/versions`,
    operation: 'ListVersionsByFunction',
    run: ({ params }) => {
      const one = state.find(params.name ?? '');
      return { Versions: one.versions.map(({ version, memoryMb }) => ({ Version: version, MemorySize: memoryMb })) };
    },
  },
  {
    route: `POST ${functions}/versions`,
    operation: 'PublishVersion',
    run: ({ params, body }) => {
      const one = state.find(params.name ?? '');
      if (body.RevisionId !== undefined && body.RevisionId !== state.revisionId(one)) {
        throw new ServiceFailure('PreconditionFailedException', 412);
      }
      if (one.pending > 0) throw new ServiceFailure('ResourceConflictException', 409);
      // Lambda publishes nothing new when neither code nor configuration changed since the last version.
      const last = one.versions.at(-1);
      const version =
        last?.memoryMb === one.memoryMb
          ? last
          : {
              version: String(++one.published),
              memoryMb: one.memoryMb,
              description: String(body.Description ?? ''),
            };
      if (version !== last) one.versions.push(version);
      return {
        ...configurationOf(state, one, 'Successful'),
        Version: version.version,
        Description: version.description,
      };
    },
  },
  { route: `POST ${functions}/invocations`, operation: 'Invoke', run: (call) => invoked(state, call) },
  {
    route: `DELETE ${functions}`,
    operation: 'DeleteFunction',
    run: ({ params, query }) => {
      const one = state.find(params.name ?? '');
      const qualifier = query.get('Qualifier');
      if (qualifier === null) state.functions.delete(one.name);
      else if ([...one.aliases.values()].some(({ version }) => version === qualifier)) {
        throw new ServiceFailure('ResourceConflictException', 409);
      } else one.versions = one.versions.filter(({ version }) => version !== qualifier);
      return new RestAnswer({ status: 204, body: '' });
    },
  },
];
