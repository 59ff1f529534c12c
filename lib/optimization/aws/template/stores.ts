import type {
  CacheConfiguration,
  QueueConfiguration,
  ScalingRange,
  TableConfiguration,
} from '../configuration/model.ts';
import { objectOf, type TemplateResource } from './parse.ts';
import { standInArn, type Values } from './values.ts';

/** What SQS gives where a template says nothing. */
const defaultVisibilitySeconds = 30;

export const queuesOf = (values: Values): QueueConfiguration[] =>
  values.ofType('AWS::SQS::Queue').flatMap(({ logicalId, properties: p }) => {
    const seconds = values.isGiven(p.VisibilityTimeout) ? values.number(p.VisibilityTimeout) : defaultVisibilitySeconds;
    if (seconds === undefined) return [];
    const maxReceives = values.number(objectOf(p.RedrivePolicy).maxReceiveCount);
    return [
      {
        name: logicalId,
        arn: standInArn(logicalId),
        isManaged: values.isManaged(p.Tags),
        visibilityTimeoutSeconds: seconds,
        isFifo: values.text(p.FifoQueue) === 'true',
        ...(maxReceives === undefined ? {} : { maxReceives }),
      },
    ];
  });

export const cachesOf = (values: Values): CacheConfiguration[] =>
  values.ofType('AWS::ElastiCache::ServerlessCache').map(({ logicalId, properties: p }) => {
    const { DataStorage, ECPUPerSecond } = objectOf(p.CacheUsageLimits);
    const maxDataGb = values.number(objectOf(DataStorage).Maximum);
    const maxEcpuPerSecond = values.number(objectOf(ECPUPerSecond).Maximum);
    return {
      name: logicalId,
      isManaged: values.isManaged(p.Tags),
      kind: 'serverless',
      engine: values.text(p.Engine) ?? 'unknown',
      ...(maxDataGb === undefined ? {} : { maxDataGb }),
      ...(maxEcpuPerSecond === undefined ? {} : { maxEcpuPerSecond }),
    };
  });

export const tablesOf = (values: Values): TableConfiguration[] =>
  values.ofType('AWS::DynamoDB::Table').flatMap((table): TableConfiguration[] => {
    const { logicalId, properties: p } = table;
    const mode = values.isGiven(p.BillingMode) ? values.text(p.BillingMode) : 'PROVISIONED';
    if (mode === undefined) return [];
    const base = {
      name: logicalId,
      tableName: values.text(p.TableName) ?? logicalId,
      isManaged: values.isManaged(p.Tags),
      tableClass:
        values.text(p.TableClass) === 'STANDARD_INFREQUENT_ACCESS'
          ? ('STANDARD_INFREQUENT_ACCESS' as const)
          : ('STANDARD' as const),
      indexes: [],
    };
    if (mode === 'PAY_PER_REQUEST') return [{ ...base, billingMode: 'on-demand' as const }];
    const { ReadCapacityUnits, WriteCapacityUnits } = objectOf(p.ProvisionedThroughput);
    const provisioned = { read: values.number(ReadCapacityUnits), write: values.number(WriteCapacityUnits) };
    if (provisioned.read === undefined || provisioned.write === undefined) return [];
    return [
      {
        ...base,
        billingMode: 'provisioned' as const,
        provisioned: { read: provisioned.read, write: provisioned.write },
        autoScaling: scalingOf(values, table),
      },
    ];
  });

const dimensions = { read: 'ReadCapacityUnits', write: 'WriteCapacityUnits' } as const;

function scalingOf(
  values: Values,
  { logicalId, properties }: TemplateResource,
): NonNullable<TableConfiguration['autoScaling']> {
  const tableName = values.text(properties.TableName);
  const targets = values.ofType('AWS::ApplicationAutoScaling::ScalableTarget').filter(({ properties: p }) => {
    // `table/orders`, or a text that is put together of it.
    const text = JSON.stringify(p.ResourceId ?? '');
    return text.includes(`"${logicalId}"`) || text.includes(`\${${logicalId}}`) || text === `"table/${tableName}"`;
  });
  const rangeOf = (direction: keyof typeof dimensions): { [Name in typeof direction]?: ScalingRange } => {
    const target = targets.find(({ properties: p }) =>
      values.text(p.ScalableDimension)?.endsWith(`table:${dimensions[direction]}`),
    );
    if (target === undefined) return {};
    const { MinCapacity, MaxCapacity } = target.properties;
    return { [direction]: { min: values.number(MinCapacity) ?? 1, max: values.number(MaxCapacity) ?? 1 } };
  };
  return { ...rangeOf('read'), ...rangeOf('write') };
}
