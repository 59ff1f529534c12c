import { UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { type AwsProperty, minutesMs } from '../property.ts';
import { tableOf } from './table-access.ts';

const classes = z.enum(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);

/** DynamoDB takes two changes of it within 30 days. */
export const tableClass: AwsProperty = {
  service: 'dynamodb',
  path: 'tableClass',
  value: classes,
  patienceMs: minutesMs,
  async open({ dynamodb }, resource) {
    const { tableName: TableName, arn, isManaged, describe, progress } = await tableOf(dynamodb, resource);
    return {
      isManaged,
      arn,
      progress,
      read: async () => ({ value: (await describe()).TableClassSummary?.TableClass ?? 'STANDARD' }),
      async change(value) {
        await dynamodb.send(new UpdateTableCommand({ TableName, TableClass: classes.parse(value) }));
      },
    };
  },
};
