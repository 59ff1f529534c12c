import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DataPlace, DataPort } from '../lib/cli/deployment/data-port.ts';
import { requireCaller } from '../lib/deployment/caller.ts';
import { createDeploymentClients } from '../lib/deployment/clients.ts';
import { countVersions } from '../lib/deployment/data/count-versions.ts';
import { type DataSource, exportData } from '../lib/deployment/data/export.ts';
import { restoreData } from '../lib/deployment/data/restore.ts';
import { findStack } from '../lib/deployment/stack.ts';
import { openLocalData } from '../lib/local/open-data.ts';

/** The tables of a stage, under the caller's own credentials, or those of a data directory. */
export async function openData(place: DataPlace): Promise<DataPort> {
  const { source, close } = 'stage' in place ? await ofStage(place) : await ofDirectory(place);
  return {
    export: (file, options) => exportData(source, file, options),
    restore: (file, options) => restoreData(source, file, options),
    countVersions: () => countVersions(source),
    close,
  };
}

interface Opened {
  source: DataSource;
  close: () => Promise<void>;
}

async function ofStage({ stage, withCache }: DataPlace & { stage: string }): Promise<Opened> {
  const clients = createDeploymentClients();
  const { account, region } = await requireCaller(clients);
  const { HistoryTableName: history, CacheTableName: cache } = (await findStack(clients, stage)).outputs;
  if (history === undefined || cache === undefined) {
    throw new Error(`There is no stack headroom-${stage} in this account and region.`);
  }
  const dynamodb = new DynamoDBClient({ maxAttempts: 10 });
  return {
    source: { dynamodb, place: `${account} ${region}`, tables: { history, ...(withCache ? { cache } : {}) } },
    close: async () => dynamodb.destroy(),
  };
}

async function ofDirectory({
  dataDirectory,
  withCache,
  create,
}: DataPlace & { dataDirectory: string }): Promise<Opened> {
  const { dynamodb, historyTable, cacheTable, close } = await openLocalData(dataDirectory, { create });
  return {
    source: {
      dynamodb,
      place: dataDirectory,
      tables: { history: historyTable, ...(withCache ? { cache: cacheTable } : {}) },
    },
    close,
  };
}
