import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Outgoing } from '../../../../lib/contracts/messages.ts';
import type { RunMessage } from '../../../../lib/optimization/runs/advance-message.ts';
import { settingApplier } from '../../../../lib/optimization/settings/applier.ts';
import { randomIds } from '../../../../lib/platform/ids.ts';
import { documentClient } from '../../../../lib/platform/parts.ts';
import type { SendMessages } from '../../../../lib/platform/queue/send.ts';
import { Outbox } from '../../../../lib/platform/table/outbox.ts';
import { LiveSettingsService } from '../../../../lib/projects/live-settings/service.ts';
import { quietLog, type TestParts } from '../../../support/history-table.ts';
import { Mortal, mortalPorts, realTable } from '../../../support/optimization/mortal-ports.ts';
import { RunHarness } from '../../../support/optimization/run-harness.ts';

/**
 * Leads a run until it comes to a deed: it says so, and waits there for its end. What it sends to queues, and which messages it is done
 * with, it tells line by line, as SQS would know it.
 */
const [endpoint = '', tableName = '', message = '', deadAt = ''] = process.argv.slice(2);

/** Stops, in place of dying, so that it can be killed from outside. */
class Stopping extends Mortal {
  override async deed<Result>(act: () => Promise<Result>): Promise<Result> {
    if (this.deeds < Number(deadAt)) return super.deed(act);
    console.log('stopped');
    setInterval(() => {}, 1_000);
    return new Promise(() => {});
  }
}

const clock = () => Date.now();
const client = documentClient(
  new DynamoDBClient({ endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }),
);
const waiting: Outgoing[] = [];
const send: SendMessages = async (messages) => {
  waiting.push(...messages);
  for (const each of messages) console.log(`sent ${JSON.stringify(each.body)}`);
};
const outbox = new Outbox({ client, table: tableName, send, clock, log: quietLog });
const base = { client, tableName, clock, outbox, send, sent: [], time: { now: 0 }, ids: randomIds, log: quietLog };
const configuration = { privateTargets: true, localDatabases: true, loadWorkers: 0, testingPolicyRead: false };
const rest = { random: Math.random, configuration };
const open = realTable({ ...base, ...rest } as unknown as TestParts);
const parts: TestParts = { ...base, ...rest, table: open(send) };
const appliers = { setting: settingApplier({ clock, liveSettings: new LiveSettingsService(parts) }) };
const ports = mortalPorts(new Stopping(Number.POSITIVE_INFINITY), { send, open, appliers });
const { worker } = new RunHarness({ parts, appliers, proposals: () => [] }).engine(ports);

for (let body: RunMessage | undefined = JSON.parse(message); body !== undefined; ) {
  await worker.advance(body);
  console.log(`done ${JSON.stringify(body)}`);
  const next = waiting.shift();
  body = next?.queue === 'optimizations' && next.body.type === 'optimization.advance' ? next.body : undefined;
}
console.log('over');
