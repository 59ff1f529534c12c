import {
  type ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { type DynamoDBClient, UpdateTableCommand } from '@aws-sdk/client-dynamodb';
import { DomainError } from '../../../../../platform/errors.ts';
import { type Direction, dimensions, readTargets } from '../../../configuration/scaling.ts';
import { type AwsProperty, minutesMs } from '../../property.ts';
import { tableOf } from '../table-access.ts';
import { type CapacityCall, nextCapacityCall } from './next-call.ts';
import { type CapacityState, capacityState, capacityValue } from './state.ts';
import { type Capacity, capacity as capacitySchema, type IndexUnits, isBetweenCapacities } from './value.ts';

const prefix = 'headroom-';
const metrics = { read: 'DynamoDBReadCapacityUtilization', write: 'DynamoDBWriteCapacityUtilization' } as const;

/**
 * How a table is paid, how many units it has, and how they scale: all of it is one property, because each decides what the others
 * come to.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/switching.capacitymode.html
 */
export const capacity: AwsProperty = {
  service: 'dynamodb',
  path: 'capacity',
  value: capacitySchema,
  patienceMs: minutesMs,
  isBetween: isBetweenCapacities,
  async open({ dynamodb, autoScaling }, resource) {
    const table = await tableOf(dynamodb, resource);
    const { tableName, isManaged, arn } = table;
    const state = async () => capacityState(await table.describe(), await readTargets(autoScaling, tableName));
    return {
      isManaged,
      arn,
      progress: table.progress,
      read: async () => ({ value: capacityValue(await state()) }),
      async change(value) {
        const present = await state();
        const call = nextCapacityCall(present, value as Capacity);
        if (call === undefined) return;
        requireOwn(call, present, resource);
        await (call.call === 'table' ? update(dynamodb, tableName, call) : scale(autoScaling, tableName, call));
      },
    };
  },
};

/** What somebody else's policies do could not be put back. */
function requireOwn(call: CapacityCall, { targets }: CapacityState, resource: string): void {
  if (call.call === 'table' || call.call === 'register') return;
  const policies = targets[call.direction]?.policies ?? [];
  if (policies.every(({ name }) => name.startsWith(prefix))) return;
  throw new DomainError('conflict', `The ${call.direction} units of ${resource} scale by rules of somebody else.`);
}

async function update(
  dynamodb: DynamoDBClient,
  TableName: string,
  { mode, units, indexes }: Extract<CapacityCall, { call: 'table' }>,
): Promise<void> {
  const updates = Object.entries(indexes ?? {}).map(([IndexName, index]) => ({
    Update: { IndexName, ProvisionedThroughput: throughput(index) },
  }));
  await dynamodb.send(
    new UpdateTableCommand({
      TableName,
      ...(mode === undefined ? {} : { BillingMode: mode === 'on-demand' ? 'PAY_PER_REQUEST' : 'PROVISIONED' }),
      ...(units === undefined
        ? {}
        : { ProvisionedThroughput: throughput({ readUnits: units.read, writeUnits: units.write }) }),
      ...(updates.length === 0 ? {} : { GlobalSecondaryIndexUpdates: updates }),
    }),
  );
}

const throughput = ({ readUnits, writeUnits }: IndexUnits) => ({
  ReadCapacityUnits: readUnits,
  WriteCapacityUnits: writeUnits,
});

const targetOf = (tableName: string, direction: Direction) => ({
  ServiceNamespace: 'dynamodb' as const,
  ResourceId: `table/${tableName}`,
  ScalableDimension: dimensions[direction],
});

const suspended = (is: boolean) => ({
  SuspendedState: { DynamicScalingInSuspended: is, DynamicScalingOutSuspended: is, ScheduledScalingSuspended: is },
});

async function scale(
  client: ApplicationAutoScalingClient,
  tableName: string,
  call: Exclude<CapacityCall, { call: 'table' }>,
): Promise<void> {
  const { direction } = call;
  const target = targetOf(tableName, direction);
  switch (call.call) {
    case 'hold-still':
      await client.send(new RegisterScalableTargetCommand({ ...target, ...suspended(true) }));
      return;
    case 'register': {
      const { min: MinCapacity, max: MaxCapacity } = call;
      await client.send(
        new RegisterScalableTargetCommand({ ...target, MinCapacity, MaxCapacity, ...suspended(false) }),
      );
      return;
    }
    case 'policy':
      await client.send(
        new PutScalingPolicyCommand({
          ...target,
          PolicyName: `${prefix}${direction}`,
          PolicyType: 'TargetTrackingScaling',
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: call.targetPercent,
            PredefinedMetricSpecification: { PredefinedMetricType: metrics[direction] },
          },
        }),
      );
      return;
    case 'deregister':
      // Its policy goes with it.
      await client.send(new DeregisterScalableTargetCommand(target));
  }
}
