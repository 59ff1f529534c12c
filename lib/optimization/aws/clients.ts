import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ProjectRole } from '../../contracts/project-role.ts';
import type { Project } from '../../contracts/projects.ts';
import { requestHandler } from '../../platform/parts.ts';
import { credentialsOf, perRole } from '../../platform/project-credentials.ts';

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
  /** Of another account, as a role there that a project names. Absent: of clients that are of another account already. */
  readonly inAccountOf?: (role: ProjectRole) => AwsClients;
}

/** CloudFormation by itself, for who reads templates only. */
export function cloudFormationOf(): (project: Pick<Project, 'resources'>) => CloudFormationClient {
  const own = new CloudFormationClient({ requestHandler });
  const of = perRole((role) => new CloudFormationClient({ requestHandler, credentials: credentialsOf(role) }));
  return ({ resources: { role } }) => (role === undefined ? own : of(role));
}

/** Of the account where a project's resources are. */
export const clientsFor = (clients: AwsClients, { resources }: Pick<Project, 'resources'>): AwsClients =>
  resources.role === undefined ? clients : (clients.inAccountOf?.(resources.role) ?? clients);

/** @param common what all clients are made with; tests give addresses */
export function createAwsClients(common: object = {}): AwsClients {
  const given = { requestHandler, ...common };
  return {
    ...clientsWith(given),
    inAccountOf: perRole((role) => clientsWith({ ...given, credentials: credentialsOf(role) })),
  };
}

const clientsWith = (given: object): AwsClients => ({
  lambda: new LambdaClient(given),
  apiGateway: new APIGatewayClient(given),
  apiGatewayV2: new ApiGatewayV2Client(given),
  dynamodb: new DynamoDBClient(given),
  autoScaling: new ApplicationAutoScalingClient(given),
  elastiCache: new ElastiCacheClient(given),
  sqs: new SQSClient(given),
  logs: new CloudWatchLogsClient(given),
  cloudFormation: new CloudFormationClient(given),
});
