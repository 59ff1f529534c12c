import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { HttpApi as Api, CfnApi, HttpStage, type IHttpApi, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import type { FunctionName } from '../contracts/functions.ts';
import { apiDefinition } from './api-definition.ts';
import type { Functions } from './functions.ts';
import { apiLogGroupName, resourceName } from './naming.ts';
import { tagsOf } from './tagging.ts';

/** Who asked for what, and how it went; never what was said, nor the key it was said with. */
const accessLogFormat = AccessLogFormat.custom(
  JSON.stringify({
    requestId: '$context.requestId',
    time: '$context.requestTime',
    sourceIp: '$context.identity.sourceIp',
    routeKey: '$context.routeKey',
    path: '$context.path',
    status: '$context.status',
    responseBytes: '$context.responseLength',
    responseMs: '$context.responseLatency',
    integrationMs: '$context.integrationLatency',
    integrationError: '$context.integrationErrorMessage',
  }),
);

/** What answers where no route matches: with a problem, as everywhere. */
const fallback: FunctionName = 'platform-api';

export interface HttpApiProps {
  functions: Functions;
  options: DeploymentOptions;
  key: IKey | undefined;
}

export class HttpApi extends Construct {
  readonly api: IHttpApi;
  readonly stage: HttpStage;

  constructor(scope: Construct, id: string, { functions, options, key }: HttpApiProps) {
    super(scope, id);
    const imported = new CfnApi(this, 'Api', {
      body: apiDefinition({
        title: resourceName(options.stage, 'api'),
        tags: tagsOf(options),
        functionArn: (name) => functions.byName[name].lambda.functionArn,
        fallback,
        signed: options.routeAuthorization === 'iam',
        // What stands before the API asks for it by this name.
        onlyOwnName: options.domainName !== undefined && options.edge === 'none',
      }),
    });
    this.api = Api.fromHttpApiAttributes(this, 'Imported', {
      httpApiId: imported.ref,
      apiEndpoint: imported.attrApiEndpoint,
    });
    // Any of its routes, the default one too, whose name has neither a method nor a path.
    const sourceArn = Stack.of(this).formatArn({ service: 'execute-api', resource: imported.ref, resourceName: '*' });
    for (const { lambda, definition } of functions.all) {
      if (definition.trigger.kind !== 'http') continue;
      lambda.addPermission('Api', { principal: new ServicePrincipal('apigateway.amazonaws.com'), sourceArn });
    }

    const logGroup = new LogGroup(this, 'AccessLogs', {
      logGroupName: apiLogGroupName(options.stage),
      retention: options.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
      ...(key === undefined ? {} : { encryptionKey: key }),
    });
    this.stage = new HttpStage(this, 'Stage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: options.requestsPerSecond, burstLimit: options.burstRequests },
      accessLogSettings: { destination: new LogGroupLogDestination(logGroup), format: accessLogFormat },
    });
  }
}
