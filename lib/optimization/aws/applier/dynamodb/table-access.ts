import {
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription,
  UpdateTableCommand,
  type UpdateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { findTable } from '../../resources/table.ts';
import type { Access, Value } from '../property.ts';

export interface TableSetting {
  read(table: TableDescription): Value;
  wire(value: Value, table: TableDescription): Omit<UpdateTableCommandInput, 'TableName'>;
}

/** A setting that `UpdateTable` changes. DynamoDB takes one change of a table at a time, and no condition. */
export async function tableAccess(
  dynamodb: DynamoDBClient,
  resource: string,
  { read, wire }: TableSetting,
): Promise<Access> {
  const { tableName: TableName, arn, isManaged } = await findTable(dynamodb, resource);
  const table = async (): Promise<TableDescription> =>
    (await dynamodb.send(new DescribeTableCommand({ TableName }))).Table ?? {};
  return {
    isManaged,
    arn,
    read: async () => ({ value: read(await table()) }),
    async change(value) {
      await dynamodb.send(new UpdateTableCommand({ TableName, ...wire(value, await table()) }));
    },
    async progress() {
      const { TableStatus, GlobalSecondaryIndexes = [] } = await table();
      const states = [TableStatus, ...GlobalSecondaryIndexes.map(({ IndexStatus }) => IndexStatus)];
      return states.includes('UPDATING') ? 'under-way' : 'in-force';
    },
  };
}
