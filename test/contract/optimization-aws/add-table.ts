import { CreateTableCommand, TagResourceCommand } from '@aws-sdk/client-dynamodb';
import { type Account, managed } from '../../support/aws-doubles/account.ts';

/** A table that Headroom may change, with 7 read and 3 write units where they are provisioned. */
export async function addTable(
  { clients: { dynamodb } }: Account,
  name: string,
  billing: 'PROVISIONED' | 'PAY_PER_REQUEST' = 'PROVISIONED',
): Promise<void> {
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: billing,
      ...(billing === 'PROVISIONED' ? { ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 } } : {}),
    }),
  );
  const Tags = Object.entries(managed).map(([Key, Value]) => ({ Key, Value }));
  await dynamodb.send(new TagResourceCommand({ ResourceArn: TableDescription?.TableArn, Tags }));
}
