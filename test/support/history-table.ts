import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ulid } from 'ulid';
import type { Outgoing } from '../../lib/contracts/messages.ts';
import { type DynamoDbEngine, startDynamoDb } from '../../lib/local/emulators/dynamodb.ts';
import { ensureHistoryTable } from '../../lib/local/provision/tables.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import type { Ids } from '../../lib/platform/ids.ts';
import type { InvocationLog } from '../../lib/platform/log.ts';
import { documentClient } from '../../lib/platform/parts.ts';
import type { SendMessages } from '../../lib/platform/queue/send.ts';
import { HistoryTable } from '../../lib/platform/table/history-table.ts';
import { Outbox } from '../../lib/platform/table/outbox.ts';

/** A clock that stands still until it is told otherwise. */
export interface TestClock {
  now: number;
}

/** What a service stands on, with a real table, a clock that the test sets, and ids that come in order. */
export interface TestParts {
  table: HistoryTable;
  outbox: Outbox;
  client: DynamoDBDocumentClient;
  tableName: string;
  clock: Clock;
  time: TestClock;
  ids: Ids;
  random: () => number;
  log: InvocationLog;
  send: SendMessages;
  /** What was sent to queues, in order. */
  sent: Outgoing[];
  configuration: { privateTargets: boolean; localDatabases: boolean; loadWorkers: number; testingPolicyRead: boolean };
}

export interface TestDynamoDb {
  endpoint: string;
  /** Parts on an empty HistoryTable of their own. */
  createParts(options?: { now?: number }): Promise<TestParts>;
  stop(): Promise<void>;
}

export const quietLog: InvocationLog = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  forInvocation() {},
};

/** Distinct, in order, and the same in every run. */
export function countedIds(): Ids {
  let count = 0;
  return (epochMs) => ulid(epochMs, () => 0).slice(0, 10) + String(++count).padStart(16, '0');
}

/** Starts a DynamoDB emulator with its data in a directory that goes with it. */
export async function startTestDynamoDb(engine?: DynamoDbEngine): Promise<TestDynamoDb> {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-test-'));
  const emulator = await startDynamoDb({ dataDir, ...(engine === undefined ? {} : { engine }) });
  const client = new DynamoDBClient({
    endpoint: emulator.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let tables = 0;
  return {
    endpoint: emulator.endpoint,
    async createParts({ now = Date.parse('2026-01-31T02:00:00.000Z') } = {}) {
      tables += 1;
      const tableName = `history-${tables}`;
      await ensureHistoryTable(client, tableName);
      const documents = documentClient(client);
      const time = { now };
      const clock = () => time.now;
      const sent: Outgoing[] = [];
      const send: SendMessages = async (messages) => {
        sent.push(...messages);
      };
      const outbox = new Outbox({ client: documents, table: tableName, send, clock, log: quietLog });
      return {
        table: new HistoryTable(documents, tableName, outbox, clock),
        outbox,
        client: documents,
        tableName,
        clock,
        time,
        ids: countedIds(),
        random: () => 0.5,
        log: quietLog,
        send,
        sent,
        configuration: { privateTargets: true, localDatabases: true, loadWorkers: 0, testingPolicyRead: false },
      };
    },
    async stop() {
      client.destroy();
      await emulator.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
