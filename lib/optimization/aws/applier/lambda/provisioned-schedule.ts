import {
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScheduledActionsCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { z } from 'zod';
import { DomainError } from '../../../../platform/errors.ts';
import { findFunction } from '../../resources/lambda.ts';
import type { AwsProperty } from '../property.ts';

const scheduled = z.strictObject({
  /** `cron(0 7 ? * MON-FRI *)` */
  at: z.string().regex(/^(cron|at|rate)\([^()]{1,100}\)$/),
  timezone: z.string().max(60).default('UTC'),
  units: z.int().min(0).max(10_000),
});
const schedule = z.array(scheduled).min(1).max(10);
type Scheduled = z.output<typeof scheduled>;

/** Only those are Headroom's. */
const prefix = 'headroom-';

/**
 * How many environments of an alias are kept ready when. Null: no schedule. Ours is the whole target: an alias that already scales by
 * somebody else's rules is not touched.
 */
export const provisionedSchedule: AwsProperty = {
  service: 'lambda',
  path: 'alias/{alias}/provisionedSchedule',
  value: schedule.nullable(),
  async open({ lambda, autoScaling }, resource, [alias = '']) {
    const { functionName, arn, isManaged } = await findFunction(lambda, resource);
    const target = {
      ServiceNamespace: 'lambda' as const,
      ResourceId: `function:${functionName}:${alias}`,
      ScalableDimension: 'lambda:function:ProvisionedConcurrency' as const,
    };
    const isRegistered = async (): Promise<boolean> => {
      const { ServiceNamespace, ResourceId } = target;
      const { ScalableTargets = [] } = await autoScaling.send(
        new DescribeScalableTargetsCommand({ ServiceNamespace, ResourceIds: [ResourceId] }),
      );
      return ScalableTargets.length > 0;
    };
    const actions = async () => {
      const { ServiceNamespace, ResourceId } = target;
      const { ScheduledActions = [] } = await autoScaling.send(
        new DescribeScheduledActionsCommand({ ServiceNamespace, ResourceId }),
      );
      return ScheduledActions.toSorted((a, b) =>
        (a.ScheduledActionName ?? '').localeCompare(b.ScheduledActionName ?? ''),
      );
    };
    return {
      isManaged,
      arn,
      async read() {
        const found = await actions();
        if (found.length === 0) return { value: null };
        return {
          value: found.map(({ Schedule = '', Timezone = 'UTC', ScalableTargetAction }) => ({
            at: Schedule,
            timezone: Timezone,
            units: ScalableTargetAction?.MinCapacity ?? 0,
          })),
        };
      },
      async change(value) {
        const present = await actions();
        const foreign = present.some(({ ScheduledActionName = '' }) => !ScheduledActionName.startsWith(prefix));
        if (foreign || (present.length === 0 && (await isRegistered()))) {
          throw new DomainError(
            'conflict',
            `The alias ${alias} of ${resource} already scales by rules of somebody else.`,
          );
        }
        if (value === null) {
          // Its actions go with it.
          await autoScaling.send(new DeregisterScalableTargetCommand(target));
          return;
        }
        const wanted = value as Scheduled[];
        const MaxCapacity = Math.max(...wanted.map(({ units }) => units));
        await autoScaling.send(new RegisterScalableTargetCommand({ ...target, MinCapacity: 0, MaxCapacity }));
        for (const [i, { at, timezone, units }] of wanted.entries()) {
          await autoScaling.send(
            new PutScheduledActionCommand({
              ...target,
              ScheduledActionName: nameOf(i),
              Schedule: at,
              Timezone: timezone,
              ScalableTargetAction: { MinCapacity: units, MaxCapacity: units },
            }),
          );
        }
        for (const { ScheduledActionName } of present.slice(wanted.length)) {
          await autoScaling.send(new DeleteScheduledActionCommand({ ...target, ScheduledActionName }));
        }
      },
    };
  },
};

const nameOf = (index: number): string => `${prefix}${String(index).padStart(2, '0')}`;
