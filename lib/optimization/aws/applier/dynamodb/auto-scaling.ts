import {
  DeregisterScalableTargetCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { z } from 'zod';
import { type Direction, dimensions, readScaling } from '../../configuration/scaling.ts';
import { findTable } from '../../resources/table.ts';
import type { AwsProperty } from '../property.ts';

const range = z
  .strictObject({
    min: z.int().min(1),
    max: z.int().min(1),
    /** Of the provisioned units: beyond it, more are provisioned. */
    targetPercent: z.number().min(20).max(90),
  })
  .refine(({ min, max }) => min <= max, 'min must not be above max');

const metrics = {
  read: 'DynamoDBReadCapacityUtilization',
  write: 'DynamoDBWriteCapacityUtilization',
} as const;

/** Between which numbers of units a provisioned table scales. Null: it does not. */
const scaling = (direction: Direction): AwsProperty => ({
  service: 'dynamodb',
  path: `autoScaling/${direction}`,
  value: range.nullable(),
  async open({ dynamodb, autoScaling }, resource) {
    const { tableName, arn, isManaged } = await findTable(dynamodb, resource);
    const target = {
      ServiceNamespace: 'dynamodb' as const,
      ResourceId: `table/${tableName}`,
      ScalableDimension: dimensions[direction],
    };
    return {
      isManaged,
      arn,
      async read() {
        const found = (await readScaling(autoScaling, tableName))[direction];
        return { value: found === undefined ? null : { ...found } };
      },
      async change(value) {
        if (value === null) {
          // Its policy goes with it.
          await autoScaling.send(new DeregisterScalableTargetCommand(target));
          return;
        }
        const { min, max, targetPercent } = value as z.output<typeof range>;
        await autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: min, MaxCapacity: max }));
        await autoScaling.send(
          new PutScalingPolicyCommand({
            ...target,
            PolicyName: `headroom-${direction}`,
            PolicyType: 'TargetTrackingScaling',
            TargetTrackingScalingPolicyConfiguration: {
              TargetValue: targetPercent,
              PredefinedMetricSpecification: { PredefinedMetricType: metrics[direction] },
            },
          }),
        );
      },
    };
  },
});

export const readScalingProperty = scaling('read');
export const writeScalingProperty = scaling('write');
