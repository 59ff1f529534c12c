import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetAliasCommand,
  GetProvisionedConcurrencyConfigCommand,
  type LambdaClient,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { codeOf } from '../../failure.ts';
import { findFunction } from '../../resources/lambda.ts';
import type { AwsProperty } from '../property.ts';

/** Of an alias, which must stay at the version that it was held at. Null: none. */
export const provisionedConcurrency: AwsProperty = {
  service: 'lambda',
  path: 'alias/{alias}/provisionedConcurrency',
  value: z.int().min(1).max(10_000).nullable(),
  async open({ lambda }, resource, [Qualifier = '']) {
    const { functionName: FunctionName, arn, isManaged } = await findFunction(lambda, resource);
    const alias = { FunctionName, Qualifier };
    return {
      isManaged,
      arn,
      async read() {
        const { FunctionVersion } = await lambda.send(new GetAliasCommand({ FunctionName, Name: Qualifier }));
        const config = await configOf(lambda, alias);
        return {
          value: config?.RequestedProvisionedConcurrentExecutions ?? null,
          ...(FunctionVersion === undefined ? {} : { revision: FunctionVersion }),
        };
      },
      async change(value) {
        await (value === null
          ? lambda.send(new DeleteProvisionedConcurrencyConfigCommand(alias))
          : lambda.send(
              new PutProvisionedConcurrencyConfigCommand({ ...alias, ProvisionedConcurrentExecutions: Number(value) }),
            ));
      },
      async progress() {
        const config = await configOf(lambda, alias);
        if (config?.Status === 'FAILED') return 'failed';
        return config?.Status === 'IN_PROGRESS' ? 'under-way' : 'in-force';
      },
    };
  },
};

async function configOf(lambda: LambdaClient, alias: { FunctionName: string; Qualifier: string }) {
  try {
    return await lambda.send(new GetProvisionedConcurrencyConfigCommand(alias));
  } catch (error) {
    if (codeOf(error) === 'ProvisionedConcurrencyConfigNotFoundException') return undefined;
    throw error;
  }
}
