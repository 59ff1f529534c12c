import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { dynamodb } from '../../../lib/cache/library/tiers.ts';

it('refuses a client that every operation would fail with', () => {
  const client = new DynamoDBClient({ region: 'us-east-1' });
  // @ts-expect-error: types say so too, to those who have them.
  expect(() => dynamodb({ client, tableName: 'Cache' })).toThrow(/new DynamoDB\(/);
});
