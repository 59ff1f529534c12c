import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as Board,
  type IMetric,
  Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { metricsNamespace } from '../contracts/functions.ts';
import { queueNames } from '../contracts/messages.ts';
import { cacheGraphs } from './cache-graphs.ts';
import type { CacheTier } from './cache-tier.ts';
import type { Functions } from './functions.ts';
import { graph, graphPeriod as period } from './graph.ts';
import type { HttpApi } from './http-api.ts';
import { resourceName } from './naming.ts';
import type { Queues } from './queues.ts';
import type { Tables } from './tables.ts';

export interface DashboardProps {
  stage: string;
  api: HttpApi;
  functions: Functions;
  queues: Queues;
  tables: Tables;
  cacheTier: CacheTier | undefined;
  alarms: readonly Alarm[];
}

/** The platform at a glance, from the door to the tables. */
export class Dashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { stage, api: { api }, functions, queues, tables: { history, cache }, cacheTier, alarms }: DashboardProps,
  ) {
    super(scope, id);
    const ofEach = (metric: (one: Functions['all'][number]) => IMetric): IMetric[] => functions.all.map(metric);
    const ofEachQueue = (metric: (name: (typeof queueNames)[number]) => IMetric): IMetric[] => queueNames.map(metric);
    const own = (metricName: string): IMetric[] =>
      functions.all
        .filter(({ definition }) => definition.trigger.kind === 'queue')
        .map(
          ({ name }) =>
            new Metric({
              namespace: metricsNamespace(stage),
              metricName,
              dimensionsMap: { service: name },
              statistic: Stats.SUM,
              period,
              label: name,
            }),
        );

    new Board(this, 'Board', {
      dashboardName: resourceName(stage, 'platform'),
      defaultInterval: Duration.hours(3),
      widgets: [
        [new AlarmStatusWidget({ title: 'Alarms', alarms: [...alarms], width: 24, height: 6 })],
        [
          graph('Requests', [api.metricCount({ period, statistic: Stats.SUM, label: 'requests' })], 'a minute'),
          graph(
            'Refused and failed',
            [
              api.metricClientError({ period, statistic: Stats.SUM, label: '4xx' }),
              api.metricServerError({ period, statistic: Stats.SUM, label: '5xx' }),
            ],
            'a minute',
          ),
          graph(
            'Latency of the API',
            [50, 95, 99].map((p) => api.metricLatency({ period, statistic: Stats.percentile(p), label: `p${p}` })),
            'ms',
          ),
        ],
        [
          graph(
            'Invocations',
            ofEach(({ name, lambda }) => lambda.metricInvocations({ period, label: name })),
            'a minute',
          ),
          graph(
            'Errors and throttles',
            [
              ...ofEach(({ name, lambda }) => lambda.metricErrors({ period, label: name })),
              ...ofEach(({ name, lambda }) => lambda.metricThrottles({ period, label: `${name} throttled` })),
            ],
            'a minute',
          ),
          graph(
            'Duration, p95',
            ofEach(({ name, lambda }) =>
              lambda.metricDuration({ period, statistic: Stats.percentile(95), label: name }),
            ),
            'ms',
          ),
        ],
        [
          graph(
            'Messages waiting',
            ofEachQueue((name) =>
              queues.pairs[name].queue.metricApproximateNumberOfMessagesVisible({ period, label: name }),
            ),
            'messages',
          ),
          graph(
            'Age of the oldest message',
            ofEachQueue((name) =>
              queues.pairs[name].queue.metricApproximateAgeOfOldestMessage({ period, label: name }),
            ),
            's',
          ),
          graph(
            'Dead letters',
            ofEachQueue((name) =>
              queues.pairs[name].deadLetters.metricApproximateNumberOfMessagesVisible({ period, label: name }),
            ),
            'messages',
          ),
        ],
        [
          graph('Messages handled', own('Messages'), 'a minute'),
          graph('Messages failed', [...own('FailedMessages'), ...own('UnreadableMessages')], 'a minute'),
          graph(
            'History table',
            [
              history.metricConsumedReadCapacityUnits({ period, statistic: Stats.SUM, label: 'reads' }),
              history.metricConsumedWriteCapacityUnits({ period, statistic: Stats.SUM, label: 'writes' }),
            ],
            'units a minute',
          ),
        ],
        ...cacheGraphs(stage, cache, cacheTier?.cacheName),
      ],
    });
  }
}
