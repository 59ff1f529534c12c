import { randomUUID } from 'node:crypto';
import { describe } from 'vitest';
import { engines, expireEntry, useCacheTable } from './dynamo-tables.ts';
import { describeSharedTier } from './shared-tier-suite.ts';

describe.each(engines)('On %s', (engine) => {
  const table = useCacheTable(engine);
  describeSharedTier(`DynamoDB (${engine})`, () => {
    const namespace = randomUUID();
    const tier = table.tier({ namespace });
    return { tier, home: 'dynamodb', expire: (key) => expireEntry(table.client, namespace, key) };
  });
});
