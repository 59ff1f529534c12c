import type { EventSourceConfiguration, LambdaConfiguration } from '../../aws/configuration/model.ts';
import { useOf } from './function-use.ts';
import { costs, prices } from './prices.ts';
import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

/** What SQS hands over at most without a window. */
const batchSize = 10;
/** In a month: fewer cost nothing worth a change. */
const minInvocations = 100_000;
/** What a full batch may take of the function's time. */
const maxTimeShare = 1 / 3;

/** A function that takes messages one by one, or nearly, though many come. */
export const lambdaBatching: AwsRule = {
  name: 'lambda-batching',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap((lambda) => {
      const use = useOf(view, lambda);
      const { monthlyInvocations, figures } = use;
      const isMeasured = view.figures !== undefined;
      if (isMeasured && (monthlyInvocations ?? 0) < minInvocations) return [];
      return lambda.eventSources.filter(isSmall).flatMap((source) => {
        const size = source.batchSize ?? 1;
        if (!fits(lambda, size, figures?.avgDurationMs)) return [];
        // Each batch is also received and deleted once.
        const callUsd = prices.lambda.request + 2 * prices.sqs.request;
        const nowUsd = monthlyInvocations === undefined ? undefined : monthlyInvocations * callUsd;
        return [
          {
            service: 'lambda' as const,
            resource: lambda.name,
            subject: `${lambda.name} ${source.id}`,
            name: `Larger batches for ${lambda.name}`,
            description: `${lambda.name} takes ${size} message${size === 1 ? '' : 's'} at a time. Batches of ${batchSize} are fewer invocations for the same work. One message that fails must not send back the others: the function has to report failures by message (\`ReportBatchItemFailures\`).`,
            changes: [
              awsChange(
                'lambda',
                lambda.name,
                `eventSource/${source.id}/batching`,
                { size, windowSeconds: source.batchingWindowSeconds ?? 0 },
                { size: batchSize, windowSeconds: source.batchingWindowSeconds ?? 0 },
              ),
            ],
            ...(nowUsd === undefined ? {} : costs(nowUsd, (nowUsd * size) / batchSize)),
            risk: 'medium' as const,
            requiresRestart: false,
            reversible: true,
            evidence: [
              evidenceOf(view, 'lambda.batches', lambda.name, {
                batchSize: size,
                invocations: figures?.invocations,
                avgDurationMs: figures?.avgDurationMs,
                timeoutSeconds: lambda.timeoutSeconds,
              }),
            ],
          },
        ];
      });
    }),
};

const isSmall = ({ kind, isEnabled, batchSize: size }: EventSourceConfiguration): boolean =>
  kind === 'sqs' && isEnabled && size !== undefined && size <= batchSize / 5;

const fits = ({ timeoutSeconds }: LambdaConfiguration, size: number, avgDurationMs: number | undefined): boolean =>
  avgDurationMs === undefined || (avgDurationMs / size) * batchSize <= timeoutSeconds * 1_000 * maxTimeShare;
