import type { FunctionDefinition } from '../../contracts/function-definition.ts';
import { credentials, region } from './account.ts';

export interface Endpoints {
  readonly dynamodb: string;
  readonly sqs: string;
  readonly sns: string;
  readonly cloudwatch: string;
  readonly lambda: string;
}

/** Nothing listens at the discard port: a connection is refused at once, as from a subnet without a way out. */
const unreachable = 'http://127.0.0.1:9';

/** What Lambda adds to a function's own variables, and where the AWS SDK in it finds the services. */
export function lambdaEnvironment(
  name: string,
  definition: Pick<FunctionDefinition, 'memoryMb' | 'network'>,
  bundleDirectory: string,
  endpoints: Endpoints,
): Record<string, string> {
  // Isolated subnets reach DynamoDB through its gateway endpoint, and nothing else of AWS.
  const reachable = (endpoint: string): string => (definition.network === 'isolated' ? unreachable : endpoint);
  return {
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    // Services that are not emulated are not asked in the wide world.
    AWS_ENDPOINT_URL: unreachable,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: reachable(endpoints.sqs),
    AWS_ENDPOINT_URL_SNS: reachable(endpoints.sns),
    AWS_ENDPOINT_URL_CLOUDWATCH: reachable(endpoints.cloudwatch),
    AWS_ENDPOINT_URL_LAMBDA: reachable(endpoints.lambda),
    // A machine's own files must not change what a function does.
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    _HANDLER: 'index.handler',
    LAMBDA_TASK_ROOT: bundleDirectory,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
  };
}
