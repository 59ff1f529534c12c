import type { SQSClient } from '@aws-sdk/client-sqs';
import { type FunctionName, functionDefinition, functionNames } from '../contracts/functions.ts';
import type { QueueName } from '../contracts/messages.ts';
import type { FunctionHost } from './lambda/function-host.ts';
import type { QueuePair } from './provision/queues.ts';
import { type ScheduleTime, startSchedule } from './sources/schedule.ts';
import { failedMessages, sqsEvent } from './sources/sqs-event.ts';
import { type PollerOptions, startPoller } from './sources/sqs-poller.ts';
import { ignoreAnswer, snsEvent } from './sources/topics.ts';

export interface EventSourcesOptions {
  hosts: Readonly<Record<FunctionName, FunctionHost>>;
  sqs: SQSClient;
  queues: Readonly<Record<QueueName, QueuePair>>;
  /** For each function that a topic triggers, the queue that its events wait in. */
  inboxes: Readonly<Partial<Record<FunctionName, QueuePair>>>;
  firstTickAfterMs: number;
  log: (line: string) => void;
  time?: ScheduleTime;
  /** Default: all functions. */
  only?: readonly FunctionName[];
}

export interface EventSource {
  stop(graceMs: number): Promise<void>;
}

/** Connects every function that is not called over HTTP with what triggers it. */
export const startEventSources = (options: EventSourcesOptions): EventSource[] =>
  (options.only ?? functionNames)
    .map((name) => startEventSource(name, options))
    .filter((source) => source !== undefined);

function startEventSource(name: FunctionName, options: EventSourcesOptions): EventSource | undefined {
  const { sqs: client, hosts, queues, inboxes, log, time } = options;
  const { trigger, recursion } = functionDefinition(name);
  const host = hosts[name];
  const invoke = (event: unknown, trace: string) => host.invoke(event, { trace });
  const reader = (
    { url, deadLetterUrl }: QueuePair,
    how: Pick<PollerOptions, 'batchSize' | 'event' | 'failed'> & { maxConcurrency?: number },
  ): EventSource =>
    startPoller({
      client,
      queueUrl: url,
      deadLetterQueueUrl: deadLetterUrl,
      functionName: name,
      recursion,
      invoke,
      log,
      ...how,
      // No message is taken out of its queue before there is an instance to work on it.
      maxConcurrency: Math.min(how.maxConcurrency ?? Number.POSITIVE_INFINITY, host.parallel),
    });

  switch (trigger.kind) {
    case 'http':
      return undefined;
    case 'queue': {
      const queue = queues[trigger.queue];
      const event: PollerOptions['event'] = (messages) => sqsEvent(messages, queue.arn);
      return reader(queue, { ...trigger, event, failed: failedMessages });
    }
    case 'topic': {
      const inbox = inboxes[name];
      if (inbox === undefined) throw new Error(`${name} has no inbox for the topic ${trigger.topic}`);
      return reader(inbox, { batchSize: 1, event: snsEvent, failed: ignoreAnswer });
    }
    case 'schedule': {
      const { everyMinutes } = trigger;
      const firstAfterMs = options.firstTickAfterMs;
      return startSchedule({ functionName: name, everyMinutes, firstAfterMs, invoke, log, ...(time ? { time } : {}) });
    }
  }
}
