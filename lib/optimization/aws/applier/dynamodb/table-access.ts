import { DescribeTableCommand, type DynamoDBClient, type TableDescription } from '@aws-sdk/client-dynamodb';
import { findTable } from '../../resources/table.ts';
import type { Progress } from '../property.ts';

/** A table that was found. DynamoDB takes one change of it at a time, and no condition. */
export interface OpenTable {
  tableName: string;
  arn: string;
  isManaged: boolean;
  describe(): Promise<TableDescription>;
  progress(): Promise<Progress>;
}

/** @throws DomainError not-found, forbidden, unavailable */
export async function tableOf(dynamodb: DynamoDBClient, resource: string): Promise<OpenTable> {
  const { tableName: TableName, arn, isManaged } = await findTable(dynamodb, resource);
  const describe = async (): Promise<TableDescription> =>
    (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table ?? {};
  return {
    tableName: TableName,
    arn,
    isManaged,
    describe,
    async progress() {
      const { TableStatus, GlobalSecondaryIndexes = [] } = await describe();
      const states = [TableStatus, ...GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)];
      return states.includes('UPDATING') ? 'under-way' : 'in-force';
    },
  };
}
