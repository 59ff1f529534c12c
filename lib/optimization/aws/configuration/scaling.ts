import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { ScalingRange } from './model.ts';

/** Of a table itself; its indexes scale by themselves. */
export const dimensions = {
  read: 'dynamodb:table:ReadCapacityUnits',
  write: 'dynamodb:table:WriteCapacityUnits',
} as const;
export type Direction = keyof typeof dimensions;

export async function readScaling(
  client: ApplicationAutoScalingClient,
  tableName: string,
): Promise<{ read?: ScalingRange; write?: ScalingRange }> {
  const ServiceNamespace = 'dynamodb' as const;
  const ResourceId = `table/${tableName}`;
  const { ScalableTargets = [] } = await client.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [ResourceId] }),
  );
  if (ScalableTargets.length === 0) return {};
  const { ScalingPolicies = [] } = await client.send(
    new DescribeScalingPoliciesCommand({ ServiceNamespace, ResourceId }),
  );
  const rangeOf = (direction: Direction): ScalingRange | undefined => {
    const target = ScalableTargets.find(({ ScalableDimension }) => ScalableDimension === dimensions[direction]);
    if (target === undefined) return undefined;
    const policy = ScalingPolicies.find(({ ScalableDimension }) => ScalableDimension === dimensions[direction]);
    const targetPercent = policy?.TargetTrackingScalingPolicyConfiguration?.TargetValue;
    return {
      min: target.MinCapacity ?? 0,
      max: target.MaxCapacity ?? 0,
      ...(targetPercent === undefined ? {} : { targetPercent }),
    };
  };
  const read = rangeOf('read');
  const write = rangeOf('write');
  return { ...(read === undefined ? {} : { read }), ...(write === undefined ? {} : { write }) };
}
