import { userInfo } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CreatedKey, CreateKeyRequest } from '../lib/contracts/keys.ts';
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
  try {
    return await keysIn(client, table).create(request, `${userInfo().username}, by the command line`);
  } finally {
    client.destroy();
  }
}

/** The key store by itself. No message ever follows the write of a key, so there is no queue to send to. */
export function keysIn(dynamodb: DynamoDBClient, table: string): KeyService {
  const client = documentClient(dynamodb);
  const send = async (): Promise<void> => {};
  const outbox = new Outbox({ client, table, send, clock: systemClock, log: createLog('headroom') });
  return new KeyService({
    table: new HistoryTable(client, table, outbox, systemClock),
    clock: systemClock,
    ids: randomIds,
  });
}
