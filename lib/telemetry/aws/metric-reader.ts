import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type GetMetricDataCommandOutput,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { ProjectRole } from '../../contracts/project-role.ts';
import type { Project } from '../../contracts/projects.ts';
import { awsFailure, reasonOf } from '../../platform/aws-failure.ts';
import { createCloudWatchClient } from '../../platform/cloudwatch-client.ts';
import type { DomainError } from '../../platform/errors.ts';
import { perRole } from '../../platform/project-credentials.ts';
import { inParallel } from '../in-parallel.ts';
import { type MetricPoint, type MetricQuery, type Points, queryKey } from './metric-query.ts';
import type { Range } from './range.ts';

/** CloudWatch takes no more in one call. */
const maxQueries = 500;
const parallelCalls = 4;
/** Far more than the points of 500 queries can need. */
const maxPages = 50;

export interface ReadMetrics {
  readonly points: Points;
  /** What could not be read, in words for people. */
  readonly problems: readonly string[];
  /** Why nothing at all could be read. Undefined: something was. */
  readonly failure: DomainError | undefined;
}

export interface MetricReaderOptions {
  /** Of one page of answers. Default: what CloudWatch thinks best. */
  readonly maxDatapoints?: number;
  /** Of another account, as a role there that a project names. Absent: only this account is read. */
  readonly inAccountOf?: (role: ProjectRole) => MetricReader;
}

/** As a function reads metrics: of its own account, and of those where projects name a role. */
export const metricReader = (): MetricReader =>
  new MetricReader(createCloudWatchClient(), {
    inAccountOf: perRole((role) => new MetricReader(createCloudWatchClient(role))),
  });

/** Reads metrics by GetMetricData: up to 500 a call, all pages of its answer. */
export class MetricReader {
  readonly #client: CloudWatchClient;
  readonly #options: MetricReaderOptions;

  constructor(client: CloudWatchClient, options: MetricReaderOptions = {}) {
    this.#client = client;
    this.#options = options;
  }

  /** The reader of the account where the project's resources are. */
  for({ resources: { role } }: Pick<Project, 'resources'>): MetricReader {
    return role === undefined ? this : (this.#options.inAccountOf?.(role) ?? this);
  }

  /** All that is read is of this region. */
  region(): Promise<string> {
    return this.#client.config.region();
  }

  /** A call that fails costs what it asked for, and not what others did. Never rejects. */
  async read(queries: readonly MetricQuery[], range: Range): Promise<ReadMetrics> {
    const batches = Array.from({ length: Math.ceil(queries.length / maxQueries) }, (_, i) =>
      queries.slice(i * maxQueries, (i + 1) * maxQueries),
    );
    const points = new Map<string, MetricPoint[]>();
    const problems = new Set<string>();
    const failures: DomainError[] = [];
    await inParallel(batches, parallelCalls, async (batch) => {
      const found = new Map<string, MetricPoint[]>();
      try {
        for await (const page of this.#pages(batch, range)) take(page, batch, found, problems);
        // Only whole: a sum of some of its pages would be wrong, and look right.
        for (const [key, series] of found) points.set(key, series);
      } catch (error) {
        failures.push(awsFailure(error, 'its metrics'));
        problems.add(`CloudWatch could not be asked for ${batch.length} metrics: ${reasonOf(error)}.`);
      }
    });
    return { points, problems: [...problems], failure: failures.length === batches.length ? failures[0] : undefined };
  }

  async *#pages(batch: readonly MetricQuery[], range: Range): AsyncGenerator<GetMetricDataCommandOutput> {
    const { maxDatapoints } = this.#options;
    const input = {
      StartTime: new Date(range.fromMs),
      EndTime: new Date(range.toMs),
      MetricDataQueries: batch.map((query, index) => wireOf(query, index, range.periodSeconds)),
      ...(maxDatapoints === undefined ? {} : { MaxDatapoints: maxDatapoints }),
    };
    let token: string | undefined;
    for (let page = 0; page < maxPages; page++) {
      const answer = await this.#client.send(
        new GetMetricDataCommand({ ...input, ...(token === undefined ? {} : { NextToken: token }) }),
      );
      yield answer;
      token = answer.NextToken;
      if (token === undefined) return;
    }
    throw new Error('TooManyPages');
  }
}

const wireOf = (query: MetricQuery, index: number, Period: number): MetricDataQuery => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: {
      Namespace: query.namespace,
      MetricName: query.metric,
      Dimensions: Object.entries(query.dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period,
    Stat: query.statistic,
  },
});

function take(
  { MetricDataResults = [], Messages = [], NextToken }: GetMetricDataCommandOutput,
  batch: readonly MetricQuery[],
  points: Map<string, MetricPoint[]>,
  problems: Set<string>,
): void {
  for (const { Value } of Messages) if (Value !== undefined) problems.add(Value);
  for (const { Id, Timestamps = [], Values = [], StatusCode } of MetricDataResults) {
    const query = batch[Number(Id?.slice(1))];
    if (query === undefined) continue;
    // Where a page follows, the rest may be on it.
    const isPartOfPages = StatusCode === 'PartialData' && NextToken !== undefined;
    if (StatusCode !== undefined && StatusCode !== 'Complete' && !isPartOfPages) {
      problems.add(`CloudWatch answered ${StatusCode} for ${query.namespace} ${query.metric}.`);
    }
    const key = queryKey(query);
    const known = points.get(key) ?? [];
    Timestamps.forEach((at, i) => {
      const value = Values[i];
      if (value !== undefined) known.push({ atMs: at.getTime(), value });
    });
    points.set(key, known);
  }
}
