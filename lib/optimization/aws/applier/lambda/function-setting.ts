import { createHash } from 'node:crypto';
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  UpdateFunctionConfigurationCommand,
  type UpdateFunctionConfigurationCommandInput,
} from '@aws-sdk/client-lambda';
import type { z } from 'zod';
import { canonicalJson } from '../../../../platform/canonical-json.ts';
import { DomainError } from '../../../../platform/errors.ts';
import { findFunction } from '../../resources/lambda.ts';
import type { AwsProperty, Value } from '../property.ts';

type Setting = 'MemorySize' | 'Timeout';

/**
 * A setting of a function, changed on the condition that nobody has touched the function since it was read.
 *
 * What is held has no revision id: that would change with Headroom's other changes of the same function. It is a digest of all that
 * Headroom does not change, so a deployment by somebody else shows.
 */
export const functionSetting = (path: string, setting: Setting, value: z.ZodType<Value>): AwsProperty => ({
  service: 'lambda',
  path,
  value,
  async open({ lambda }, resource) {
    const found = await findFunction(lambda, resource);
    const FunctionName = found.functionName;
    const configuration = (): Promise<FunctionConfiguration> =>
      lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    return {
      isManaged: found.isManaged,
      arn: found.arn,
      async read() {
        const present = await configuration();
        return { value: present[setting] ?? null, revision: digestOf(present) };
      },
      async change(wanted, held) {
        const present = await configuration();
        if (present[setting] !== held.value || digestOf(present) !== held.revision) {
          throw new DomainError('conflict', `Somebody else is changing the function ${resource}.`);
        }
        const input: UpdateFunctionConfigurationCommandInput = { FunctionName, [setting]: wanted };
        if (present.RevisionId !== undefined) input.RevisionId = present.RevisionId;
        await lambda.send(new UpdateFunctionConfigurationCommand(input));
      },
      async progress() {
        const { LastUpdateStatus, State } = await configuration();
        if (LastUpdateStatus === 'Failed') return 'failed';
        return LastUpdateStatus === 'InProgress' || State === 'Pending' ? 'under-way' : 'in-force';
      },
    };
  },
});

/** What Headroom changes, and what changes by itself. */
const passing: ReadonlySet<string> = new Set([
  '$metadata',
  'MemorySize',
  'Timeout',
  'RevisionId',
  'LastModified',
  'LastUpdateStatus',
  'LastUpdateStatusReason',
  'LastUpdateStatusReasonCode',
  'State',
  'StateReason',
  'StateReasonCode',
  'RuntimeVersionConfig',
]);

const digestOf = (configuration: FunctionConfiguration): string => {
  const lasting = Object.entries(configuration).filter(([name]) => !passing.has(name));
  return createHash('sha256')
    .update(canonicalJson(Object.fromEntries(lasting)))
    .digest('base64url');
};
