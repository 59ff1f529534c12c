import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { FunctionName } from '../contracts/functions.ts';
import type { Outgoing } from '../contracts/messages.ts';
import { queues } from '../contracts/queues.ts';
import type { StoredRun } from './model.ts';
import { queueOf } from './queue-of.ts';

/** A queue starts 300 more a minute at the most: larger fleets are invoked one by one. */
export const mostByQueue = 300;
const invokedAtOnce = 50;

export const shardMessages = ({ kind, project, testId, workers }: StoredRun): Outgoing[] =>
  Array.from({ length: workers }, (_, shard) => ({
    queue: queueOf(kind),
    body: { type: 'load.shard', project, testId, shard, generation: 0 },
  }));

/** Starts the workers of a large fleet at once. May be called again: who is there already is not started twice. */
export type InvokeFleet = (run: StoredRun) => Promise<void>;

/**
 * By asynchronous invocations, which Lambda does not retry (the stack says so). Each carries the event that the queue would
 * have brought, so that the worker has one door.
 */
export function fleetInvoker(lambda: LambdaClient, functionNames: Partial<Record<FunctionName, string>>): InvokeFleet {
  return async (run) => {
    const messages = shardMessages(run);
    for (let at = 0; at < messages.length; at += invokedAtOnce) {
      await Promise.all(
        messages.slice(at, at + invokedAtOnce).map(({ queue, body }) => {
          const FunctionName = functionNames[queues[queue].consumer];
          if (FunctionName === undefined) throw new Error(`This function may not invoke what reads ${queue}`);
          return lambda.send(
            new InvokeCommand({
              FunctionName,
              InvocationType: 'Event',
              Payload: queueEvent(run.testId, JSON.stringify(body)),
            }),
          );
        }),
      );
    }
  };
}

const queueEvent = (testId: string, body: string): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      Records: [
        {
          messageId: testId,
          receiptHandle: 'direct',
          body,
          attributes: { ApproximateReceiveCount: '1' },
          messageAttributes: {},
          eventSource: 'aws:sqs',
        },
      ],
    }),
  );
