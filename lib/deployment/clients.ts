import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

/** Of the caller's own account, with the caller's own credentials and region, as the AWS SDK finds them. */
export interface DeploymentClients {
  readonly sts: STSClient;
  readonly ssm: SSMClient;
  readonly lambda: LambdaClient;
  readonly cloudFormation: CloudFormationClient;
  readonly cloudWatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly dynamodb: DynamoDBClient;
}

/** @param given what all are made with; tests give none and set the SDK's own variables */
export const createDeploymentClients = (given: object = { maxAttempts: 3 }): DeploymentClients => ({
  sts: new STSClient(given),
  ssm: new SSMClient(given),
  lambda: new LambdaClient(given),
  cloudFormation: new CloudFormationClient(given),
  cloudWatch: new CloudWatchClient(given),
  logs: new CloudWatchLogsClient(given),
  dynamodb: new DynamoDBClient(given),
});

/** How AWS calls what went wrong: `AccessDenied`. */
export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

export const isDenied = (error: unknown): boolean =>
  /AccessDenied|UnauthorizedOperation|Forbidden/i.test(codeOf(error));
