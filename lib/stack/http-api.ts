import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as Api,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import type { FunctionName } from '../contracts/functions.ts';
import { operations, route } from '../contracts/routes.ts';
import type { Functions } from './functions.ts';
import { apiLogGroupName, resourceName } from './naming.ts';

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

export class HttpApi extends Construct {
  readonly api: Api;
  readonly stage: HttpStage;

  constructor(
    scope: Construct,
    id: string,
    { functions, options }: { functions: Functions; options: DeploymentOptions },
  ) {
    super(scope, id);
    const integrations = new Map<FunctionName, HttpLambdaIntegration>();
    for (const { name, lambda, definition } of functions.all) {
      if (definition.trigger.kind !== 'http') continue;
      integrations.set(
        name,
        new HttpLambdaIntegration(name, lambda, {
          payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
          // One permission for a function, not one for each of its routes.
          scopePermissionToRoute: false,
        }),
      );
    }
    const integrationOf = (name: FunctionName, asked: string): HttpLambdaIntegration => {
      const integration = integrations.get(name);
      if (integration === undefined) throw new Error(`${asked} leads to ${name}, which does not answer HTTP.`);
      return integration;
    };

    this.api = new Api(this, 'Api', {
      apiName: resourceName(options.stage, 'api'),
      createDefaultStage: false,
      defaultIntegration: integrationOf(fallback, 'The default route'),
    });
    for (const operation of operations) {
      const { path, method, function: name } = route(operation);
      this.api.addRoutes({ path, methods: [HttpMethod[method]], integration: integrationOf(name, operation) });
    }
    acknowledgeOpenRoutes(this.api);
    letDefaultRouteCall(this.api, functions.byName[fallback].lambda);

    const logGroup = new LogGroup(this, 'AccessLogs', {
      logGroupName: apiLogGroupName(options.stage),
      retention: options.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
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

const acknowledgeOpenRoutes = (api: Api): void =>
  Validations.of(api).acknowledge({
    id: 'AwsSolutions-APIG4',
    reason:
      'The function behind each route checks keys and scopes; only what the table of routes calls public is open.',
  });

/** The permission for all routes ends in a method and a path, and the default route has neither. */
const letDefaultRouteCall = (api: Api, lambda: LambdaFunction): void =>
  lambda.addPermission('DefaultRoute', {
    principal: new ServicePrincipal('apigateway.amazonaws.com'),
    sourceArn: Stack.of(api).formatArn({ service: 'execute-api', resource: api.apiId, resourceName: '*/$default' }),
  });
