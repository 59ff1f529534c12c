import {
  type ApplicationAutoScalingClient,
  DeleteScheduledActionCommand,
  DeregisterScalableTargetCommand,
  PutScheduledActionCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { codeOf } from '../../../../../platform/aws-failure.ts';
import { DomainError } from '../../../../../platform/errors.ts';
import { findFunction } from '../../../resources/lambda.ts';
import { type AwsProperty, minutesMs } from '../../property.ts';
import { nextProvisionedCall, type ProvisionedCall } from './next-call.ts';
import { type ProvisionedState, prefix, provisionedValue, readTarget, targetOf } from './state.ts';
import { isBetweenProvisioned, type Provisioned, provisioned } from './value.ts';

/**
 * How many environments of an alias are kept ready, always or when. The alias must stay at the version that it was held at, and one
 * that scales by somebody else's rules is not touched.
 */
export const provisionedConcurrency: AwsProperty = {
  service: 'lambda',
  path: 'alias/{alias}/provisionedConcurrency',
  value: provisioned,
  patienceMs: minutesMs,
  isBetween: isBetweenProvisioned,
  async open({ lambda, autoScaling }, resource, [Qualifier = '']) {
    const { functionName: FunctionName, arn, isManaged } = await findFunction(lambda, resource);
    const alias = { FunctionName, Qualifier };
    const target = targetOf(FunctionName, Qualifier);
    const state = async (): Promise<ProvisionedState> => {
      const scaled = await readTarget(autoScaling, target);
      const units = (await configOf(lambda, alias))?.RequestedProvisionedConcurrentExecutions ?? null;
      return { units, ...(scaled === undefined ? {} : { target: scaled }) };
    };
    return {
      isManaged,
      arn,
      async read() {
        const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name: Qualifier }));
        const value = provisionedValue(await state());
        return { value, ...(FunctionVersion === undefined ? {} : { revision: FunctionVersion }) };
      },
      async change(value) {
        const present = await state();
        if (present.target?.isForeign) {
          throw new DomainError('conflict', `The alias ${Qualifier} of ${resource} scales by rules of somebody else.`);
        }
        const wanted = value as Provisioned;
        // Units that are set already, and could not be put in force, are set once more.
        const call = nextProvisionedCall(present, wanted) ?? again(wanted);
        if (call === undefined) return;
        await (call.call === 'units' ? setUnits(lambda, alias, call.units) : schedule(autoScaling, target, call));
      },
      async progress() {
        const config = await configOf(lambda, alias);
        if (config?.Status === 'FAILED') return 'failed';
        return config?.Status === 'IN_PROGRESS' ? 'under-way' : 'in-force';
      },
    };
  },
};

const again = (wanted: Provisioned): ProvisionedCall | undefined =>
  typeof wanted === 'number' ? { call: 'units', units: wanted } : undefined;

async function configOf(lambda: LambdaClient, alias: { FunctionName: string; Qualifier: string }) {
  try {
    return await lambda.send(new GetProvisionedConcurrencyConfigCommand(alias));
  } catch (error) {
    if (codeOf(error) === 'ProvisionedConcurrencyConfigNotFoundException') return undefined;
    throw error;
  }
}

async function setUnits(
  lambda: LambdaClient,
  alias: { FunctionName: string; Qualifier: string },
  units: number | null,
): Promise<void> {
  await (units === null
    ? lambda.send(new DeleteProvisionedConcurrencyConfigCommand(alias))
    : lambda.send(new PutProvisionedConcurrencyConfigCommand({ ...alias, ProvisionedConcurrentExecutions: units })));
}

async function schedule(
  client: ApplicationAutoScalingClient,
  target: ReturnType<typeof targetOf>,
  call: Exclude<ProvisionedCall, { call: 'units' }>,
): Promise<void> {
  const suspended = (is: boolean) => ({ SuspendedState: { ScheduledScalingSuspended: is } });
  switch (call.call) {
    case 'hold-still':
      await client.send(new RegisterScalableTargetCommand({ ...target, ...suspended(true) }));
      return;
    case 'register':
      await client.send(
        new RegisterScalableTargetCommand({ ...target, MinCapacity: 0, MaxCapacity: call.max, ...suspended(false) }),
      );
      return;
    case 'put-action': {
      const { at, timezone, units } = call.action;
      await client.send(
        new PutScheduledActionCommand({
          ...target,
          ScheduledActionName: nameOf(call.index),
          Schedule: at,
          Timezone: timezone,
          ScalableTargetAction: { MinCapacity: units, MaxCapacity: units },
        }),
      );
      return;
    }
    case 'delete-action':
      await client.send(new DeleteScheduledActionCommand({ ...target, ScheduledActionName: nameOf(call.index) }));
      return;
    case 'deregister':
      // Its actions go with it.
      await client.send(new DeregisterScalableTargetCommand(target));
  }
}

const nameOf = (index: number): string => `${prefix}${String(index).padStart(2, '0')}`;
