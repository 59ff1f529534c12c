import { userInfo } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { AuditActor } from '../lib/contracts/audit.ts';
import type { CreatedKey, CreateKeyRequest } from '../lib/contracts/keys.ts';
import { AuditRecords } from '../lib/platform/audit/records.ts';
import { systemClock } from '../lib/platform/clock.ts';
import { randomIds } from '../lib/platform/ids.ts';
import { KeyService } from '../lib/platform/keys/service.ts';
import { createLog } from '../lib/platform/log.ts';
import { documentClient } from '../lib/platform/parts.ts';
import { HistoryTable } from '../lib/platform/table/history-table.ts';
import { Outbox } from '../lib/platform/table/outbox.ts';

/** Writes a key with the caller's own AWS credentials and region, as the AWS SDK finds them. */
export async function createKeyInTable(table: string, request: CreateKeyRequest): Promise<CreatedKey> {
  const client = new DynamoDBClient({ maxAttempts: 3 });
  const { username } = userInfo();
  try {
    return await keyMaker(client, table, { kind: 'aws', id: username, name: `${username}, by the command line` })(
      request,
    );
  } finally {
    client.destroy();
  }
}

/** Makes keys past the API, and writes each into the trail of changes. No message ever follows, so there is no queue to send to. */
export function keyMaker(
  dynamodb: DynamoDBClient,
  tableName: string,
  actor: AuditActor,
): (request: CreateKeyRequest) => Promise<CreatedKey> {
  const client = documentClient(dynamodb);
  const clock = systemClock;
  const outbox = new Outbox({ client, table: tableName, send: async () => {}, clock, log: createLog('headroom') });
  const table = new HistoryTable(client, tableName, outbox, clock);
  const keys = new KeyService({ table, clock, ids: randomIds });
  const records = new AuditRecords({ table, clock });
  return async (request) => {
    const { name, scope, projects } = request;
    const begun = await records.begin({
      actor,
      operation: 'createKey',
      ...(projects === undefined ? {} : { projects }),
      resource: 'the table itself',
      request: { body: { name, scope, ...(projects === undefined ? {} : { projects }) } },
    });
    const key = await keys.create(request, actor.name);
    await records.close(begun, { state: 'made', detail: `The key ${key.keyId}` });
    return key;
  };
}
