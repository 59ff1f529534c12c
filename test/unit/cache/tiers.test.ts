import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { dynamodb } from '../../../lib/cache/library/tiers.ts';

it('refuses a client that every operation would fail with', () => {
  const client = new DynamoDBClient({ region: 'us-east-1' });
  // Types say so too, to those who have them.
  expect(() => Reflect.apply(dynamodb, undefined, [{ client, tableName: 'Cache' }])).toThrow(/new DynamoDB\(/);
});
