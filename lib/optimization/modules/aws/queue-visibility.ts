import type { AwsConfiguration, QueueConfiguration } from '../../aws/configuration/model.ts';
import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html */
const timesTheTimeout = 6;
const longestSeconds = 43_200;

/** A queue that gives a message to somebody else while a function is still at work on it, or may retry it. */
export const queueVisibility: AwsRule = {
  name: 'queue-visibility',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.queues.flatMap((queue) => {
      const { name, visibilityTimeoutSeconds } = queue;
      const reader = slowestReader(view.configuration, queue);
      if (reader === undefined || visibilityTimeoutSeconds >= reader.wantedSeconds) return [];
      const isShorter = visibilityTimeoutSeconds < reader.timeoutSeconds;
      return [
        {
          service: 'sqs',
          resource: name,
          name: `Keep messages of ${name} from others for longer`,
          description: `${name} gives a message away again after ${visibilityTimeoutSeconds} s, and ${reader.name}, which reads it, may take ${reader.timeoutSeconds} s${isShorter ? ': messages are worked on twice at the same time' : ''}. AWS advises ${timesTheTimeout} times the function's time and its batching window.`,
          changes: [awsChange('sqs', name, 'visibilityTimeout', visibilityTimeoutSeconds, reader.wantedSeconds)],
          risk: 'low',
          requiresRestart: false,
          reversible: true,
          evidence: [
            evidenceOf(view, 'queue.visibility', name, {
              visibilityTimeoutSeconds,
              functionTimeoutSeconds: reader.timeoutSeconds,
              wantedSeconds: reader.wantedSeconds,
            }),
          ],
        },
      ];
    }),
};

function slowestReader({ lambdas }: AwsConfiguration, { arn }: QueueConfiguration) {
  return lambdas
    .flatMap(({ name, timeoutSeconds, eventSources }) =>
      eventSources
        .filter(({ sourceArn, isEnabled }) => isEnabled && sourceArn === arn)
        .map(({ batchingWindowSeconds = 0 }) => ({
          name,
          timeoutSeconds,
          wantedSeconds: Math.min(longestSeconds, timesTheTimeout * timeoutSeconds + batchingWindowSeconds),
        })),
    )
    .toSorted((a, b) => b.wantedSeconds - a.wantedSeconds)[0];
}
