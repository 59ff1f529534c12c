import type { ProvisionedThroughputDescription } from '@aws-sdk/client-dynamodb';
import { isoTime } from '../../../platform/clock.ts';
import type { AwsClients } from '../clients.ts';
import { findTable } from '../resources/table.ts';
import type { Calls } from './calls.ts';
import type { CapacityUnits, TableConfiguration } from './model.ts';
import { readScaling } from './scaling.ts';

export async function readTable(
  { dynamodb, autoScaling }: Pick<AwsClients, 'dynamodb' | 'autoScaling'>,
  calls: Calls,
  name: string,
): Promise<TableConfiguration | undefined> {
  const found = await calls.ask('dynamodb:DescribeTable', name, () => findTable(dynamodb, name));
  if (found === undefined) return undefined;
  const { tableName, isManaged, description } = found;
  const { BillingModeSummary, TableClassSummary, TableSizeBytes, GlobalSecondaryIndexes = [] } = description;
  const isOnDemand = BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST';
  const scaling = await calls.ask('application-autoscaling:DescribeScalableTargets', name, () =>
    readScaling(autoScaling, tableName),
  );
  const units = (throughput: ProvisionedThroughputDescription | undefined): { provisioned?: CapacityUnits } =>
    isOnDemand || throughput === undefined
      ? {}
      : { provisioned: { read: throughput.ReadCapacityUnits ?? 0, write: throughput.WriteCapacityUnits ?? 0 } };
  return {
    name,
    isManaged,
    tableName,
    billingMode: isOnDemand ? 'on-demand' : 'provisioned',
    tableClass:
      TableClassSummary?.TableClass === 'STANDARD_INFREQUENT_ACCESS' ? 'STANDARD_INFREQUENT_ACCESS' : 'STANDARD',
    ...units(description.ProvisionedThroughput),
    ...(TableClassSummary?.LastUpdateDateTime === undefined
      ? {}
      : { tableClassSince: isoTime(TableClassSummary.LastUpdateDateTime.getTime()) }),
    ...(TableSizeBytes === undefined ? {} : { sizeBytes: TableSizeBytes }),
    indexes: GlobalSecondaryIndexes.map(({ IndexName = '', ProvisionedThroughput }) => ({
      name: IndexName,
      ...units(ProvisionedThroughput),
    })),
    ...(scaling === undefined ? {} : { autoScaling: scaling }),
  };
}
