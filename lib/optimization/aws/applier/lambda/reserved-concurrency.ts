import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { z } from 'zod';
import { findFunction } from '../../resources/lambda.ts';
import type { AwsProperty } from '../property.ts';

/** Null: it shares what the account has. At least 1, since 0 switches a function off. */
export const reservedConcurrency: AwsProperty = {
  service: 'lambda',
  path: 'reservedConcurrency',
  value: z.int().min(1).max(100_000).nullable(),
  async open({ lambda }, resource) {
    const { functionName: FunctionName, arn, isManaged } = await findFunction(lambda, resource);
    return {
      isManaged,
      arn,
      async read() {
        const { ReservedConcurrentExecutions } = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }));
        return { value: ReservedConcurrentExecutions ?? null };
      },
      async change(value) {
        await (value === null
          ? lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }))
          : lambda.send(
              new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: Number(value) }),
            ));
      },
    };
  },
};
