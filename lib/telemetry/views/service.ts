import type { z } from 'zod';
import type { Page, PageQuery } from '../../contracts/page.ts';
import type { RequestRecord } from '../../contracts/telemetry.ts';
import type {
  CustomMetricFigures,
  customMetricList,
  DatabaseView,
  EndpointFigures,
  EndpointOrder,
  endpointList,
  InstanceResources,
  OutgoingFigures,
  OutgoingOrder,
  outgoingList,
  QueryFigures,
  QueryOrder,
  queryList,
  requestList,
  resourceList,
} from '../../contracts/telemetry-views.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { TelemetryAggregate } from '../aggregate.ts';
import { databaseMetrics } from '../metrics.ts';
import { poolAdvice } from '../pool-advice.ts';
import type { TelemetryService } from '../service.ts';
import { customMetricFiguresOf } from './custom-metrics.ts';
import { endpointFiguresOf, endpointValues } from './endpoints.ts';
import { instanceResourcesOf } from './instances.ts';
import { outgoingFiguresOf, outgoingValues } from './outgoing.ts';
import { poolFiguresOf } from './pools.ts';
import { queryFiguresOf, queryValues } from './queries.ts';
import { type Ranking, rankedPage } from './ranked-page.ts';

type View<Sort = never> = PageQuery & { minutes: number } & ([Sort] extends [never] ? object : { sort: Sort });

/** What a service reported of the last minutes, list by list. Each throws DomainError not-found, and invalid-request for a wrong cursor. */
export class TelemetryViews {
  readonly #telemetry: TelemetryService;
  readonly #projects: ProjectService;
  readonly #clock: Clock;

  constructor(telemetry: TelemetryService, projects: ProjectService, clock: Clock) {
    this.#telemetry = telemetry;
    this.#projects = projects;
    this.#clock = clock;
  }

  endpoints(project: string, query: View<EndpointOrder>): Promise<z.output<typeof endpointList>> {
    const { sort } = query;
    const ranking: Ranking<EndpointFigures> = {
      name: `endpoints-${sort}`,
      rankBy: endpointValues[sort],
      keyOf: ({ endpoint }) => endpoint,
    };
    return this.#page(project, query, endpointFiguresOf, ranking);
  }

  queries(project: string, query: View<QueryOrder>): Promise<z.output<typeof queryList>> {
    const { sort } = query;
    const ranking: Ranking<QueryFigures> = {
      name: `queries-${sort}`,
      rankBy: queryValues[sort],
      keyOf: ({ system, fingerprint }) => `${system}\n${fingerprint}`,
    };
    return this.#page(project, query, queryFiguresOf, ranking);
  }

  /** The slowest first. */
  slowRequests(project: string, query: View): Promise<z.output<typeof requestList>> {
    const ranking = recordRanking('slow-requests', ({ responseTimeMs }) => responseTimeMs);
    return this.#page(project, query, ({ slowRequests }) => slowRequests, ranking);
  }

  /** The latest first. */
  errorRequests(project: string, query: View): Promise<z.output<typeof requestList>> {
    const ranking = recordRanking('error-requests', ({ at }) => Date.parse(at));
    return this.#page(project, query, ({ failedRequests }) => failedRequests, ranking);
  }

  /** The one that reported last comes first. */
  resources(project: string, query: View): Promise<z.output<typeof resourceList>> {
    const ranking: Ranking<InstanceResources> = {
      name: 'resources',
      rankBy: ({ lastReportAt }) => Date.parse(lastReportAt),
      keyOf: ({ instance }) => instance,
    };
    return this.#page(project, query, ({ resources }) => instanceResourcesOf(resources), ranking);
  }

  outgoing(project: string, query: View<OutgoingOrder>): Promise<z.output<typeof outgoingList>> {
    const { sort } = query;
    const ranking: Ranking<OutgoingFigures> = {
      name: `outgoing-${sort}`,
      rankBy: outgoingValues[sort],
      keyOf: ({ target, method }) => `${target}\n${method}`,
    };
    return this.#page(project, query, outgoingFiguresOf, ranking);
  }

  /** Those that tell of the most first. */
  customMetrics(
    project: string,
    { name, ...query }: View & { name?: string | undefined },
  ): Promise<z.output<typeof customMetricList>> {
    const ranking: Ranking<CustomMetricFigures> = {
      name: 'custom-metrics',
      rankBy: ({ count, sum = 0 }) => count ?? sum,
      keyOf: (metric) => JSON.stringify([metric.name, metric.kind, metric.unit, metric.labels]),
    };
    const figuresOf = (aggregate: TelemetryAggregate): CustomMetricFigures[] =>
      customMetricFiguresOf(aggregate).filter((metric) => name === undefined || metric.name === name);
    return this.#page(project, query, figuresOf, ranking);
  }

  /** @throws DomainError not-found */
  async database(project: string, minutes: number): Promise<DatabaseView> {
    const { slowQueryMs } = await this.#projects.thresholds(project);
    const now = this.#clock();
    const aggregate = await this.#telemetry.aggregate(project, { from: now - minutes * 60_000, to: now });
    const queries = databaseMetrics(aggregate, slowQueryMs.value);
    return {
      timestamp: isoTime(now),
      periodMinutes: minutes,
      ...(queries === undefined ? {} : { queries }),
      pools: aggregate.pools.map((pool) => {
        const figures = poolFiguresOf(pool);
        const advice = poolAdvice({ ...figures, periodMinutes: minutes, instances: aggregate.instanceCount });
        return { ...figures, advice };
      }),
    };
  }

  async #page<Item>(
    project: string,
    { minutes, limit, cursor }: View,
    itemsOf: (aggregate: TelemetryAggregate) => Item[],
    ranking: Ranking<Item>,
  ): Promise<Page<Item> & { timestamp: string; periodMinutes: number }> {
    await this.#projects.require(project);
    const now = this.#clock();
    const aggregate = await this.#telemetry.aggregate(project, { from: now - minutes * 60_000, to: now });
    const page = rankedPage(itemsOf(aggregate), { limit, ...(cursor === undefined ? {} : { cursor }) }, ranking);
    return { timestamp: isoTime(now), periodMinutes: minutes, ...page };
  }
}

/** Records have no names, and several may be alike in everything: those are numbered. */
function recordRanking(name: string, rankBy: (record: RequestRecord) => number): Ranking<RequestRecord> {
  const alike = new Map<string, number>();
  return {
    name,
    rankBy,
    keyOf: (record) => {
      const text = JSON.stringify(record);
      const number = alike.get(text) ?? 0;
      alike.set(text, number + 1);
      return `${text}${number}`;
    },
  };
}
