import type {
  ApiResource,
  AwsFigures,
  CacheResource,
  LambdaResource,
  QueueResource,
  TableOperation,
  TableResource,
} from '../../contracts/aws-metrics.ts';
import type { Project } from '../../contracts/projects.ts';
import { figuresOf, type MetricQuery, type Points, queriesOf, queryKey, quotient } from './metric-query.ts';
import {
  httpApiSet,
  lambdaInsightsSet,
  lambdaSet,
  type MetricSet,
  nodeCacheSet,
  operationSet,
  queueSet,
  restApiSet,
  serverlessCacheSet,
  tableOperations,
  tableSet,
} from './metric-sets.ts';
import { resourceName } from './resource-name.ts';
import { isElsewhere } from './resource-place.ts';

export type Resources = Project['resources'];
export const resourceKinds = ['lambdas', 'apis', 'tables', 'caches', 'queues'] as const;
type Kind = (typeof resourceKinds)[number];

/** HTTP APIs go by their id; a REST API may have a name that looks like one. */
export const looksLikeApiId = (name: string): boolean => /^[a-z0-9]{10}$/.test(name);

const setsOf: Record<Kind, (name: string) => readonly MetricSet<string>[]> = {
  lambdas: () => [lambdaSet, lambdaInsightsSet],
  apis: (name) => (looksLikeApiId(name) ? [httpApiSet, restApiSet] : [restApiSet]),
  tables: () => [tableSet, ...tableOperations.map(operationSet)],
  caches: () => [serverlessCacheSet, nodeCacheSet],
  queues: () => [queueSet],
};

/** What lies in a region, and the names of all else: by its name alone, each would be taken for another resource. */
export function resourcesIn(region: string, resources: Resources): { here: Resources; elsewhere: string[] } {
  const kinds = resourceKinds.map((kind) => [kind, resources[kind] ?? []] as const);
  const here = kinds.map(([kind, names]) => [kind, names.filter((name) => !isElsewhere(name, region))]);
  const elsewhere = kinds.flatMap(([, names]) => names.filter((name) => isElsewhere(name, region)));
  return { here: { ...resources, ...Object.fromEntries(here) }, elsewhere };
}

/** All that CloudWatch must be asked for the resources, each once. */
export function queriesFor(resources: Resources): MetricQuery[] {
  const queries = resourceKinds.flatMap((kind) =>
    (resources[kind] ?? [])
      .map(resourceName)
      .flatMap((name) => setsOf[kind](name).flatMap((set) => queriesOf(set, name))),
  );
  return [...new Map(queries.map((query) => [queryKey(query), query])).values()];
}

/** Leaves out what is not known: a figure without a value is none. */
const known = <Figures extends object>(figures: Figures): { [Name in keyof Figures]?: NonNullable<Figures[Name]> } =>
  Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as Figures;

const isEmpty = (figures: object): boolean => Object.keys(figures).length === 0;
const percentOf = (part: number | undefined, whole: number | undefined): number | undefined => {
  const share = quotient(part, whole);
  return share === undefined ? undefined : Math.min(100, Number((100 * share).toFixed(4)));
};

export function projectFigures(
  resources: Resources,
  points: Points,
): Pick<AwsFigures, 'lambdas' | 'apis' | 'tables' | 'caches' | 'queues'> {
  const each = <Resource>(
    kind: Kind,
    figures: (name: string) => Omit<Resource, 'name'>,
  ): (Resource & { name: string })[] =>
    (resources[kind] ?? []).map((name) => ({ name, ...figures(resourceName(name)) }) as Resource & { name: string });
  return {
    lambdas: each<LambdaResource>('lambdas', (name) => lambdaFigures(name, points)),
    apis: each<ApiResource>('apis', (name) => apiFigures(name, points)),
    tables: each<TableResource>('tables', (name) => tableFigures(name, points)),
    caches: each<CacheResource>('caches', (name) => cacheFigures(name, points)),
    queues: each<QueueResource>('queues', (name) => figuresOf(queueSet, name, points)),
  };
}

function lambdaFigures(name: string, points: Points): Omit<LambdaResource, 'name'> {
  const { durationMs, ...figures } = figuresOf(lambdaSet, name, points);
  const { invocations, errors } = figures;
  return {
    ...figures,
    ...figuresOf(lambdaInsightsSet, name, points),
    ...known({ errorRatePercent: percentOf(errors, invocations), avgDurationMs: quotient(durationMs, invocations) }),
  };
}

function apiFigures(name: string, points: Points): Omit<ApiResource, 'name'> {
  const http = looksLikeApiId(name) ? figuresOf(httpApiSet, name, points) : {};
  if (!isEmpty(http)) return { kind: 'http', ...http };
  const rest = figuresOf(restApiSet, name, points);
  return isEmpty(rest) ? {} : { kind: 'rest', ...rest };
}

function tableFigures(name: string, points: Points): Omit<TableResource, 'name'> {
  const operations = tableOperations.flatMap((operation): TableOperation[] => {
    const { latencyMs, ...figures } = figuresOf(operationSet(operation), name, points);
    if (isEmpty(figures)) return [];
    return [{ operation, ...figures, ...known({ avgLatencyMs: quotient(latencyMs, figures.requests) }) }];
  });
  return { ...figuresOf(tableSet, name, points), operations };
}

function cacheFigures(name: string, points: Points): Omit<CacheResource, 'name'> {
  const serverless = figuresOf(serverlessCacheSet, name, points);
  const nodes = figuresOf(nodeCacheSet, name, points);
  const figures = isEmpty(serverless) ? nodes : serverless;
  if (isEmpty(figures)) return {};
  const { hits, misses } = figures;
  const gets = hits === undefined || misses === undefined ? undefined : hits + misses;
  const kind = isEmpty(serverless) ? 'nodes' : 'serverless';
  return { kind, ...figures, ...known({ hitRatePercent: percentOf(hits, gets) }) };
}
