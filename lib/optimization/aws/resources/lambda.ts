import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
  ListTagsCommand,
} from '@aws-sdk/client-lambda';
import { asking } from '../../../platform/aws-failure.ts';
import { resourceName } from '../../../telemetry/aws/resource-name.ts';
import { isManaged } from '../managed-tag.ts';
import { requireAccount, requireRegion } from './place.ts';

export interface FoundFunction {
  functionName: string;
  arn: string;
  isManaged: boolean;
  configuration: FunctionConfiguration;
}

/**
 * @param name as a project may call it: a name or an ARN, whose version or alias is left out
 * @throws DomainError not-found, forbidden, unavailable
 */
export async function findFunction(lambda: LambdaClient, name: string): Promise<FoundFunction> {
  const FunctionName = resourceName(name);
  return asking(`the function ${name}`, async () => {
    await requireRegion(lambda, name);
    const configuration = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const arn = configuration.FunctionArn ?? FunctionName;
    requireAccount(name, arn);
    const { Tags } = await lambda.send(new ListTagsCommand({ Resource: arn }));
    return { functionName: configuration.FunctionName ?? FunctionName, arn, isManaged: isManaged(Tags), configuration };
  });
}
