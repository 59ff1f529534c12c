import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Functions } from './functions.ts';
import type { Queues } from './queues.ts';

/** Connects each queue with the function that reads it. What the function may do with the queue is granted elsewhere. */
export class EventSources extends Construct {
  constructor(scope: Construct, id: string, { functions, queues }: { functions: Functions; queues: Queues }) {
    super(scope, id);
    for (const { lambda, definition } of functions.all) {
      const { trigger } = definition;
      if (trigger.kind !== 'queue') continue;
      new EventSourceMapping(this, trigger.queue, {
        target: lambda,
        eventSourceArn: queues.pairs[trigger.queue].queue.queueArn,
        batchSize: trigger.batchSize,
        // One bad message must not bring the others of its batch back.
        reportBatchItemFailures: true,
        ...(trigger.maxConcurrency === undefined ? {} : { maxConcurrency: trigger.maxConcurrency }),
      });
    }
  }
}
