import { type AwsRule, awsChange, evidenceOf } from './rule.ts';

/** The least that Lambda takes. */
const least = 2;

/**
 * A queue that may bring more messages at once than its function may run: those in excess are received, turned away, and after some
 * times end in the dead-letter queue without ever being tried.
 */
export const lambdaSourceConcurrency: AwsRule = {
  name: 'lambda-source-concurrency',
  optimizationId: 'resource_optimization',
  examine: (view) =>
    view.configuration.lambdas.flatMap(({ name, reservedConcurrency: reserved, eventSources }) => {
      const queues = eventSources.filter(({ kind, isEnabled }) => kind === 'sqs' && isEnabled);
      if (reserved === undefined || reserved < least * Math.max(1, queues.length)) return [];
      const most = Math.floor(reserved / queues.length);
      return queues
        .filter(({ maximumConcurrency }) => maximumConcurrency === undefined)
        .map(({ id }) => ({
          service: 'lambda' as const,
          resource: name,
          subject: `${name} ${id}`,
          name: `Let the queue of ${name} bring no more than it may run`,
          description: `${name} may run ${reserved} times at once, and its event source may bring more: what is turned away counts as received, and ends in the dead-letter queue untried.`,
          changes: [awsChange('lambda', name, `eventSource/${id}/maximumConcurrency`, null, most)],
          risk: 'low' as const,
          requiresRestart: false,
          reversible: true,
          evidence: [
            evidenceOf(view, 'lambda.sourceConcurrency', name, {
              reservedConcurrency: reserved,
              queues: queues.length,
              throttles: view.figures?.lambdas.find((one) => one.name === name)?.throttles,
            }),
          ],
        }));
    }),
};
