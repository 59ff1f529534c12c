import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { startDynamoDb } from './emulators/dynamodb.ts';
import { ensureCacheTable, ensureHistoryTable } from './provision/tables.ts';
import { cacheTableName, historyTableName } from './runtime.ts';
import { lockDataDirectory } from './supervision/data-directory-lock.ts';

/** The tables in a data directory, without a platform on them. */
export interface OpenedData {
  dynamodb: DynamoDBClient;
  historyTable: string;
  cacheTable: string;
  close(): Promise<void>;
}

/** @throws Error of one sentence when the directory is in use, or there is none and `create` is not said */
export async function openLocalData(dataDir: string, { create }: { create: boolean }): Promise<OpenedData> {
  if (!create && !existsSync(join(dataDir, 'dynamodb'))) throw new Error(`There is no data of Headroom in ${dataDir}.`);
  const lock = lockDataDirectory(dataDir);
  try {
    const engine = await startDynamoDb({
      dataDir: join(dataDir, 'dynamodb'),
      onUnexpectedExit: (error) => {
        throw error;
      },
    });
    const dynamodb = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    await Promise.all([ensureHistoryTable(dynamodb, historyTableName), ensureCacheTable(dynamodb, cacheTableName)]);
    return {
      dynamodb,
      historyTable: historyTableName,
      cacheTable: cacheTableName,
      async close() {
        dynamodb.destroy();
        await engine.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
