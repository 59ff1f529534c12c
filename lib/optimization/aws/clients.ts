import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import { requestHandler } from '../../platform/parts.ts';

/** Of the services whose resources Headroom reads, and changes where it may. */
export interface AwsClients {
  readonly lambda: LambdaClient;
  readonly apiGateway: APIGatewayClient;
  readonly apiGatewayV2: ApiGatewayV2Client;
  readonly dynamodb: DynamoDBClient;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly elastiCache: ElastiCacheClient;
  readonly sqs: SQSClient;
  readonly logs: CloudWatchLogsClient;
  readonly cloudFormation: CloudFormationClient;
}

export const createCloudFormationClient = (): CloudFormationClient => new CloudFormationClient({ requestHandler });

export const createAwsClients = (): AwsClients => ({
  lambda: new LambdaClient({ requestHandler }),
  apiGateway: new APIGatewayClient({ requestHandler }),
  apiGatewayV2: new ApiGatewayV2Client({ requestHandler }),
  dynamodb: new DynamoDBClient({ requestHandler }),
  autoScaling: new ApplicationAutoScalingClient({ requestHandler }),
  elastiCache: new ElastiCacheClient({ requestHandler }),
  sqs: new SQSClient({ requestHandler }),
  logs: new CloudWatchLogsClient({ requestHandler }),
  cloudFormation: createCloudFormationClient(),
});
