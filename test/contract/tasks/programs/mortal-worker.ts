import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../../../../lib/platform/clock.ts';
import { documentClient } from '../../../../lib/platform/parts.ts';
import { HistoryTable } from '../../../../lib/platform/table/history-table.ts';
import { Outbox } from '../../../../lib/platform/table/outbox.ts';
import { TaskWorker } from '../../../../lib/tasks/worker.ts';
import { quietLog } from '../../../support/history-table.ts';
import { recordingRunners } from '../../../support/task-runners.ts';

// Begins a task, says so, and never comes to its end.
const [endpoint = '', table = '', taskId = ''] = process.argv.slice(2);
const client = documentClient(
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
);
const send = async () => {};
const outbox = new Outbox({ client, table, send, clock: systemClock, log: quietLog });
const parts = {
  table: new HistoryTable(client, table, outbox, systemClock),
  clock: systemClock,
  random: Math.random,
  log: quietLog,
  send,
};
const { runners } = recordingRunners(() => {
  process.stdout.write('begun\n');
  return new Promise(() => setInterval(() => {}, 60_000));
});
await new TaskWorker(parts, runners).carryOut(taskId);
