import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FunctionName } from '../contracts/functions.ts';
import { type Clock, systemClock } from './clock.ts';
import { type Configuration, readConfiguration } from './configuration.ts';
import { type Ids, randomIds } from './ids.ts';
import { createLog, type InvocationLog } from './log.ts';
import { createMeter, type Meter } from './metrics.ts';
import { messageSender, type SendMessages } from './queue/send.ts';
import { HistoryTable } from './table/history-table.ts';
import { Outbox } from './table/outbox.ts';

/** What a function stands on. Made once, when the function starts. */
export interface Parts {
  configuration: Configuration;
  table: HistoryTable;
  outbox: Outbox;
  sqs: SQSClient;
  send: SendMessages;
  clock: Clock;
  ids: Ids;
  /** From 0 up to 1. */
  random: () => number;
  log: InvocationLog;
  meter: Meter;
}

/** Requests that hang must not hang the function with them; without the last option they would only be warned about. */
export const requestHandler = { connectionTimeout: 1000, requestTimeout: 5000, throwOnRequestTimeout: true };

export const documentClient = (client: DynamoDBClient): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

export function createParts(name: FunctionName, environment: NodeJS.ProcessEnv = process.env): Parts {
  const configuration = readConfiguration(name, environment);
  const clock = systemClock;
  const log = createLog(name);
  const sqs = new SQSClient({ requestHandler });
  const send = messageSender(sqs, configuration.queueUrls);
  const client = documentClient(new DynamoDBClient({ requestHandler }));
  const tableName = configuration.historyTable ?? '';
  const outbox = new Outbox({ client, table: tableName, send, clock, log });
  return {
    configuration,
    table: new HistoryTable(client, tableName, outbox, clock),
    outbox,
    sqs,
    send,
    clock,
    ids: randomIds,
    random: Math.random,
    log,
    meter: createMeter(configuration),
  };
}
