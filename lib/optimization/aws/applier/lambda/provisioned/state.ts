import {
  type ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  DescribeScheduledActionsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import type { Value } from '../../property.ts';
import type { Scheduled } from './value.ts';

/** Only those are Headroom's. */
export const prefix = 'headroom-';

/** What decides how many environments of an alias are kept ready, as AWS tells it. */
export interface ProvisionedState {
  units: number | null;
  /** Absent: nothing scales them. */
  target?: { isHeldStill: boolean; isForeign: boolean; actions: readonly Scheduled[] };
}

export const targetOf = (functionName: string, alias: string) => ({
  ServiceNamespace: 'lambda' as const,
  ResourceId: `function:${functionName}:${alias}`,
  ScalableDimension: 'lambda:function:ProvisionedConcurrency' as const,
});

export async function readTarget(
  client: ApplicationAutoScalingClient,
  { ServiceNamespace, ResourceId }: ReturnType<typeof targetOf>,
): Promise<ProvisionedState['target']> {
  const of = { ServiceNamespace, ResourceId };
  const { ScalableTargets: [target] = [] } = await client.send(
    new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [ResourceId] }),
  );
  if (target === undefined) return undefined;
  const { ScheduledActions = [] } = await client.send(new DescribeScheduledActionsCommand(of));
  const { ScalingPolicies = [] } = await client.send(new DescribeScalingPoliciesCommand(of));
  const actions = ScheduledActions.toSorted((a, b) =>
    (a.ScheduledActionName ?? '').localeCompare(b.ScheduledActionName ?? ''),
  );
  return {
    isHeldStill: target.SuspendedState?.ScheduledScalingSuspended === true,
    isForeign:
      ScalingPolicies.length > 0 ||
      actions.some(({ ScheduledActionName = '' }) => !ScheduledActionName.startsWith(prefix)),
    actions: actions.map(({ Schedule = '', Timezone = 'UTC', ScalableTargetAction }) => ({
      at: Schedule,
      timezone: Timezone,
      units: ScalableTargetAction?.MinCapacity ?? 0,
    })),
  };
}

/** As changes say it: while a schedule is there, the units come and go. */
export function provisionedValue({ units, target }: ProvisionedState): Value {
  if (target === undefined) return units;
  const { isHeldStill, isForeign } = target;
  const actions = target.actions.map((action) => ({ ...action }));
  if (!isHeldStill && !isForeign) return actions;
  return { actions, ...(isHeldStill ? { isHeldStill } : {}), ...(isForeign ? { isForeign } : {}) };
}
