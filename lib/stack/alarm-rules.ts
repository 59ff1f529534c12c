import { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation, type TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { queueNames } from '../contracts/messages.ts';
import { deadLetterQueueOf, queues as definitions } from '../contracts/queues.ts';
import type { AlarmRule } from './alarms.ts';
import type { DeployedFunction } from './functions.ts';
import type { HttpApi } from './http-api.ts';
import type { Queues } from './queues.ts';

const period = Duration.minutes(5);
const minute = Duration.minutes(1);

export function functionRules({ name, definition, lambda, undelivered }: DeployedFunction): AlarmRule[] {
  const { trigger } = definition;
  const rules: AlarmRule[] = [
    {
      name: `${name}-errors`,
      description: `${name} crashed or ran out of time. Its log group has the errors.`,
      metric: lambda.metricErrors({ period, statistic: Stats.SUM }),
      when: 'atLeast',
      threshold: 1,
    },
  ];
  if (undelivered !== undefined) {
    rules.push({
      name: `${name}-undelivered`,
      description: `Events for ${name} could not be delivered. They wait in the queue ${name}-undelivered for 14 days.`,
      metric: undelivered.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: Stats.MAXIMUM }),
      when: 'atLeast',
      threshold: 1,
    });
  }
  if (trigger.kind === 'schedule') {
    rules.push({
      name: `${name}-silent`,
      description: `${name} was not called for five of its turns: nothing that is due happens. Look at its rule.`,
      metric: lambda.metricInvocations({ period: Duration.minutes(trigger.everyMinutes), statistic: Stats.SUM }),
      when: 'below',
      threshold: 1,
      periods: 5,
      silenceIsFault: true,
    });
  }
  return rules;
}

/**
 * One for all functions of the account, since all share its concurrency: each alarm costs, and a function that is kept
 * from running is also seen in its queue's age, or in the API's failures.
 */
export const accountRules = (): AlarmRule[] => [
  {
    name: 'lambda-throttles',
    description: "Functions were not let run: this account's concurrency, which others may share, is used up.",
    metric: new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', period, statistic: Stats.SUM }),
    when: 'atLeast',
    threshold: 1,
    periods: 3,
  },
];

export const queueRules = ({ pairs }: Queues): AlarmRule[] =>
  queueNames.flatMap((name): AlarmRule[] => {
    const { queue, deadLetters } = pairs[name];
    // What is being worked on counts as waiting, for as long as it is hidden.
    const ageSeconds = Math.max(definitions[name].visibilityTimeoutSeconds, 300) + 300;
    return [
      {
        name: deadLetterQueueOf(name),
        description: `Messages of ${name} could not be handled. Mend the cause, then redrive them within 14 days.`,
        metric: deadLetters.metricApproximateNumberOfMessagesVisible({ period: minute, statistic: Stats.MAXIMUM }),
        when: 'atLeast',
        threshold: 1,
      },
      {
        name: `${name}-age`,
        description: `${name} is not worked off: its oldest message waits. Look at the function that reads it.`,
        metric: queue.metricApproximateAgeOfOldestMessage({ period: minute, statistic: Stats.MAXIMUM }),
        when: 'above',
        threshold: ageSeconds,
        periods: 3,
      },
    ];
  });

export const apiRules = ({ api }: HttpApi): AlarmRule[] => [
  {
    name: 'api-5xx',
    description: 'The API failed requests. The access log names the routes; their functions log the errors.',
    metric: api.metricServerError({ period, statistic: Stats.SUM }),
    when: 'atLeast',
    threshold: 5,
  },
  {
    name: 'api-latency',
    description: 'The API is slow: p95 above 3 s. The access log names the routes.',
    metric: api.metricLatency({ period, statistic: Stats.percentile(95) }),
    when: 'above',
    threshold: 3000,
    periods: 3,
  },
];

/** Those that the platform uses, so that the alarm does not pay for the others. */
const operations = [
  Operation.GET_ITEM,
  Operation.BATCH_GET_ITEM,
  Operation.QUERY,
  Operation.PUT_ITEM,
  Operation.UPDATE_ITEM,
  Operation.DELETE_ITEM,
];

export const tableRules = (name: string, table: TableV2): AlarmRule[] => [
  {
    name: `${name}-throttles`,
    description: `${name} refused requests: a partition is too hot, or the account's limit is reached.`,
    metric: throttledOperations(table),
    when: 'atLeast',
    threshold: 1,
    periods: 2,
  },
];

/** Filled, because CDK's own sum has no value as long as one of its operations was not throttled. */
function throttledOperations({ tableName }: TableV2): MathExpression {
  const usingMetrics = Object.fromEntries(
    operations.map((operation) => [
      operation.toLowerCase(),
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName: 'ThrottledRequests',
        dimensionsMap: { TableName: tableName, Operation: operation },
        statistic: Stats.SUM,
        period,
      }),
    ]),
  );
  const expression = Object.keys(usingMetrics)
    .map((id) => `FILL(${id}, 0)`)
    .join(' + ');
  return new MathExpression({ expression, usingMetrics, period });
}
