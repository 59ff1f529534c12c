import { Double, ServiceFailure } from './double.ts';
import { type JsonOperations, jsonTarget } from './json-target.ts';

interface SuspendedState {
  DynamicScalingInSuspended?: boolean;
  DynamicScalingOutSuspended?: boolean;
  ScheduledScalingSuspended?: boolean;
}

export interface ScalableTarget {
  MinCapacity: number;
  MaxCapacity: number;
  suspended?: SuspendedState;
  policy?: { name: string; targetValue: number };
  schedules: Map<string, { Schedule: string; Timezone?: string; MinCapacity: number; MaxCapacity: number }>;
}

type Key = { ServiceNamespace: string; ResourceId: string; ScalableDimension: string };
type Input = Record<string, unknown>;

const keyOf = ({ ServiceNamespace, ResourceId, ScalableDimension }: Input): string =>
  [ServiceNamespace, ResourceId, ScalableDimension].join(' ');
const partsOf = (key: string): Key => {
  const [ServiceNamespace = '', ResourceId = '', ScalableDimension = ''] = key.split(' ');
  return { ServiceNamespace, ResourceId, ScalableDimension };
};

const operationsOf = (targets: Map<string, ScalableTarget>): JsonOperations => {
  const target = (input: Input): ScalableTarget => {
    const found = targets.get(keyOf(input));
    if (found === undefined) throw new ServiceFailure('ObjectNotFoundException', 400);
    return found;
  };
  const of = ({ ServiceNamespace, ResourceId, ResourceIds }: Input) => {
    const ids = (ResourceIds as string[] | undefined) ?? [ResourceId as string];
    return [...targets]
      .map(([key, one]) => ({ key: partsOf(key), one }))
      .filter(({ key }) => key.ServiceNamespace === ServiceNamespace && ids.includes(key.ResourceId));
  };
  return {
    DescribeScalableTargets: (input) => ({
      ScalableTargets: of(input).map(({ key, one: { MinCapacity, MaxCapacity, suspended = {} } }) => ({
        ...key,
        MinCapacity,
        MaxCapacity,
        SuspendedState: suspended,
        RoleARN: 'arn:aws:iam::123456789012:role/aws-service-role/x',
        CreationTime: 1_700_000_000,
      })),
    }),
    DescribeScalingPolicies: (input) => ({
      ScalingPolicies: of(input).flatMap(({ key, one: { policy } }) =>
        policy === undefined
          ? []
          : [
              {
                ...key,
                PolicyName: policy.name,
                PolicyARN: 'arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x',
                PolicyType: 'TargetTrackingScaling',
                TargetTrackingScalingPolicyConfiguration: { TargetValue: policy.targetValue },
                CreationTime: 1_700_000_000,
              },
            ],
      ),
    }),
    DescribeScheduledActions: (input) => ({
      ScheduledActions: of(input).flatMap(({ key, one }) =>
        [...one.schedules].map(([ScheduledActionName, action]) => ({
          ...key,
          ScheduledActionName,
          ScheduledActionARN: 'arn:aws:autoscaling:us-east-1:123456789012:scheduledAction:x',
          Schedule: action.Schedule,
          ...(action.Timezone === undefined ? {} : { Timezone: action.Timezone }),
          ScalableTargetAction: { MinCapacity: action.MinCapacity, MaxCapacity: action.MaxCapacity },
          CreationTime: 1_700_000_000,
        })),
      ),
    }),
    RegisterScalableTarget: (input) => {
      const known = targets.get(keyOf(input));
      // What is not given stays as it is; a new one needs both bounds.
      const {
        MinCapacity = known?.MinCapacity,
        MaxCapacity = known?.MaxCapacity,
        SuspendedState: suspended = known?.suspended,
      } = input as { MinCapacity?: number; MaxCapacity?: number; SuspendedState?: SuspendedState };
      if (MinCapacity === undefined || MaxCapacity === undefined || MinCapacity > MaxCapacity) {
        throw new ServiceFailure('ValidationException', 400);
      }
      const bounds = { MinCapacity, MaxCapacity, ...(suspended === undefined ? {} : { suspended }) };
      targets.set(keyOf(input), { schedules: new Map(), ...known, ...bounds });
    },
    // What hangs on a target goes with it.
    DeregisterScalableTarget: (input) => {
      target(input);
      targets.delete(keyOf(input));
    },
    PutScalingPolicy: (input) => {
      const { TargetTrackingScalingPolicyConfiguration: configuration, PolicyName } = input as {
        TargetTrackingScalingPolicyConfiguration: { TargetValue: number };
        PolicyName: string;
      };
      const { TargetValue } = configuration;
      if (!(TargetValue >= 20 && TargetValue <= 90)) throw new ServiceFailure('ValidationException', 400);
      target(input).policy = { name: PolicyName, targetValue: TargetValue };
      return { PolicyARN: 'arn:aws:autoscaling:us-east-1:123456789012:scalingPolicy:x', Alarms: [] };
    },
    PutScheduledAction: (input) => {
      const { ScheduledActionName, Schedule, Timezone, ScalableTargetAction } = input as {
        ScheduledActionName: string;
        Schedule: string;
        Timezone?: string;
        ScalableTargetAction: { MinCapacity: number; MaxCapacity: number };
      };
      const zone = Timezone === undefined ? {} : { Timezone };
      target(input).schedules.set(ScheduledActionName, { Schedule, ...zone, ...ScalableTargetAction });
    },
    DeleteScheduledAction: (input) => {
      if (!target(input).schedules.delete(input.ScheduledActionName as string)) {
        throw new ServiceFailure('ObjectNotFoundException', 400);
      }
    },
  };
};

/** The part of Application Auto Scaling's API that Headroom uses. */
export async function startAutoScalingDouble(): Promise<{ double: Double; state: Map<string, ScalableTarget> }> {
  const state = new Map<string, ScalableTarget>();
  return { double: await Double.start(jsonTarget(operationsOf(state))), state };
}
