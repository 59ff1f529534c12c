import { createHash } from 'node:crypto';
import { Double, ServiceFailure } from './double.ts';
import { type EventSourceMapping, type LambdaFunction, LambdaState, lambdaArn, mappingArn } from './lambda-state.ts';
import { lambdaVersionRoutes } from './lambda-versions.ts';
import { type RestRoute, restJson } from './rest-json.ts';

const functions = '/2015-03-31/functions/{name}';
const mappings = '/2015-03-31/event-source-mappings';

function within(name: string, value: unknown, low: number, high: number): void {
  if (value !== undefined && (typeof value !== 'number' || value < low || value > high)) {
    throw new ServiceFailure('InvalidParameterValueException', 400, `${name} must be ${low} to ${high}`);
  }
}

export const configurationOf = (state: LambdaState, one: LambdaFunction, status: string) => ({
  FunctionName: one.name,
  FunctionArn: lambdaArn(one.name),
  Runtime: one.runtime,
  Handler: 'index.handler',
  CodeSize: one.codeBytes,
  CodeSha256: createHash('sha256').update(one.code).digest('base64'),
  Timeout: one.timeoutSeconds,
  MemorySize: one.memoryMb,
  Version: '$LATEST',
  RevisionId: state.revisionId(one),
  State: 'Active',
  LastUpdateStatus: status,
  ...(one.lastModified === undefined ? {} : { LastModified: one.lastModified }),
  PackageType: 'Zip',
  Architectures: [one.architecture],
  SnapStart: { ApplyOn: one.snapStart ? 'PublishedVersions' : 'None', OptimizationStatus: 'Off' },
});

const updated = (state: LambdaState, one: LambdaFunction, body: Record<string, unknown>): unknown => {
  within('MemorySize', body.MemorySize, 128, 10_240);
  within('Timeout', body.Timeout, 1, 900);
  if (one.pending > 0) throw new ServiceFailure('ResourceConflictException', 409);
  if (body.RevisionId !== undefined && body.RevisionId !== state.revisionId(one)) {
    throw new ServiceFailure('PreconditionFailedException', 412);
  }
  one.memoryMb = (body.MemorySize as number | undefined) ?? one.memoryMb;
  one.timeoutSeconds = (body.Timeout as number | undefined) ?? one.timeoutSeconds;
  one.revision++;
  one.pending = state.settlesAfter;
  return configurationOf(state, one, 'InProgress');
};

const mappingOf = (one: EventSourceMapping) => ({
  UUID: one.id,
  EventSourceMappingArn: mappingArn(one.id),
  FunctionArn: lambdaArn(one.functionName),
  EventSourceArn: one.sourceArn,
  BatchSize: one.batchSize,
  MaximumBatchingWindowInSeconds: one.windowSeconds,
  ...(one.maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: one.maximumConcurrency } }),
  State: one.pending-- > 0 ? 'Updating' : 'Enabled',
});

function updatedMapping(state: LambdaState, id: string, body: Record<string, unknown>): unknown {
  const one = mapping(state, id);
  const { BatchSize, MaximumBatchingWindowInSeconds, ScalingConfig } = body;
  const isQueue = one.sourceArn.includes(':sqs:');
  within('BatchSize', BatchSize, 1, 10_000);
  within('MaximumBatchingWindowInSeconds', MaximumBatchingWindowInSeconds, 0, 300);
  const maximum = (ScalingConfig as { MaximumConcurrency?: number } | undefined)?.MaximumConcurrency;
  within('MaximumConcurrency', maximum, 2, 1_000);
  const size = (BatchSize as number | undefined) ?? one.batchSize;
  const window = (MaximumBatchingWindowInSeconds as number | undefined) ?? one.windowSeconds;
  if (isQueue && size > 10 && window < 1) throw new ServiceFailure('InvalidParameterValueException', 400);
  one.batchSize = size;
  one.windowSeconds = window;
  if (ScalingConfig !== undefined) {
    delete one.maximumConcurrency;
    if (maximum !== undefined) one.maximumConcurrency = maximum;
  }
  one.pending = state.settlesAfter;
  return mappingOf(one);
}

function mapping(state: LambdaState, id: string): EventSourceMapping {
  const found = state.mappings.get(id);
  if (found === undefined) throw new ServiceFailure('ResourceNotFoundException', 404);
  return found;
}

const routesOf = (state: LambdaState): RestRoute[] => [
  {
    route: `GET ${functions}/configuration`,
    operation: 'GetFunctionConfiguration',
    run: ({ params }) => {
      const one = state.find(params.name ?? '');
      return configurationOf(state, one, state.pass(one));
    },
  },
  {
    route: `PUT ${functions}/configuration`,
    operation: 'UpdateFunctionConfiguration',
    run: ({ params, body }) => updated(state, state.find(params.name ?? ''), body),
  },
  {
    route: 'GET /2017-03-31/tags/{arn}',
    operation: 'ListTags',
    run: ({ params: { arn = '' } }) => ({
      Tags: arn.includes(':event-source-mapping:')
        ? mapping(state, arn.split(':')[6] ?? '').tags
        : state.find(arn).tags,
    }),
  },
  {
    route: 'GET /2019-09-30/functions/{name}/concurrency',
    operation: 'GetFunctionConcurrency',
    run: ({ params }) => {
      const { reservedConcurrency } = state.find(params.name ?? '');
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
    },
  },
  {
    route: 'PUT /2017-10-31/functions/{name}/concurrency',
    operation: 'PutFunctionConcurrency',
    run: ({ params, body }) => {
      within('ReservedConcurrentExecutions', body.ReservedConcurrentExecutions, 0, 900);
      const one = state.find(params.name ?? '');
      one.reservedConcurrency = body.ReservedConcurrentExecutions as number;
      return { ReservedConcurrentExecutions: one.reservedConcurrency };
    },
  },
  {
    route: 'DELETE /2017-10-31/functions/{name}/concurrency',
    operation: 'DeleteFunctionConcurrency',
    run: ({ params }) => {
      delete state.find(params.name ?? '').reservedConcurrency;
    },
  },
  {
    route: `GET ${mappings}`,
    operation: 'ListEventSourceMappings',
    run: ({ query }) => ({
      EventSourceMappings: [...state.mappings.values()]
        .filter(({ functionName }) => functionName === query.get('FunctionName'))
        .map(mappingOf),
    }),
  },
  {
    route: `GET ${mappings}/{id}`,
    operation: 'GetEventSourceMapping',
    run: ({ params }) => mappingOf(mapping(state, params.id ?? '')),
  },
  {
    route: `PUT ${mappings}/{id}`,
    operation: 'UpdateEventSourceMapping',
    run: ({ params, body }) => updatedMapping(state, params.id ?? '', body),
  },
  ...lambdaVersionRoutes(state),
];

/** The part of Lambda's API that Headroom uses, with its limits and conditions. */
export async function startLambdaDouble(): Promise<{ double: Double; state: LambdaState }> {
  const state = new LambdaState();
  return { double: await Double.start(restJson(routesOf(state))), state };
}
