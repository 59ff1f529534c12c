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
export const directions = Object.keys(dimensions) as readonly Direction[];

/** What scales a direction of a table. */
export interface Target {
  min: number;
  max: number;
  /** Nothing changes the units by it. */
  isHeldStill: boolean;
  policies: readonly { name: string; targetPercent?: number }[];
}

export type Targets = Partial<Record<Direction, Target>>;

/** What scales a table, whoever registered it. */
export async function readTargets(client: ApplicationAutoScalingClient, tableName: string): Promise<Targets> {
  const ServiceNamespace = 'dynamodb' as const;
  const ResourceId = `table/${tableName}`;
  const { ScalableTargets = [] } = await client.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [ResourceId] }),
  );
  if (ScalableTargets.length === 0) return {};
  const { ScalingPolicies = [] } = await client.send(
    new DescribeScalingPoliciesCommand({ ServiceNamespace, ResourceId }),
  );
  const targetOf = (direction: Direction): Target | undefined => {
    const isOf = ({ ScalableDimension }: { ScalableDimension?: string | undefined }): boolean =>
      ScalableDimension === dimensions[direction];
    const target = ScalableTargets.find(isOf);
    if (target === undefined) return undefined;
    return {
      min: target.MinCapacity ?? 0,
      max: target.MaxCapacity ?? 0,
      isHeldStill: target.SuspendedState?.DynamicScalingInSuspended === true,
      policies: ScalingPolicies.filter(isOf).map(
        ({ PolicyName = '', TargetTrackingScalingPolicyConfiguration: by }) => ({
          name: PolicyName,
          ...(by?.TargetValue === undefined ? {} : { targetPercent: by.TargetValue }),
        }),
      ),
    };
  };
  return Object.fromEntries(
    directions.flatMap((direction) => {
      const target = targetOf(direction);
      return target === undefined ? [] : [[direction, target]];
    }),
  );
}

export async function readScaling(
  client: ApplicationAutoScalingClient,
  tableName: string,
): Promise<Partial<Record<Direction, ScalingRange>>> {
  const targets = Object.entries(await readTargets(client, tableName));
  return Object.fromEntries(
    targets.map(([direction, { min, max, policies }]) => {
      const targetPercent = policies[0]?.targetPercent;
      return [direction, { min, max, ...(targetPercent === undefined ? {} : { targetPercent }) }];
    }),
  );
}
