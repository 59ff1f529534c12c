import { z } from 'zod';

export const account = '123456789012';
export const region = 'eu-central-1';

export const arn = (service: string, resource: string): string => `arn:aws:${service}:${region}:${account}:${resource}`;
export const queueArn = (name: string): string => arn('sqs', name);
export const queueUrl = (name: string): string => `https://sqs.${region}.amazonaws.com/${account}/${name}`;
export const redisHost = (name: string): string => `${name}.serverless.euc1.cache.amazonaws.com`;
export const functionArn = (name: string): string => arn('lambda', `function:${name}`);

type Properties = Record<string, unknown>;

interface Physical {
  ref: string;
  attributes: Record<string, string>;
}

/** What CloudFormation answers for a resource, for the types whose references carry meaning in a test. */
const physical: Record<string, (logicalId: string, properties: Properties) => Physical> = {
  'AWS::SQS::Queue': (_, { QueueName }) => {
    const name = z.string().parse(QueueName);
    return { ref: queueUrl(name), attributes: { Arn: queueArn(name), QueueName: name } };
  },
  'AWS::Lambda::Function': (_, { FunctionName }) => {
    const name = z.string().parse(FunctionName);
    return { ref: name, attributes: { Arn: functionArn(name) } };
  },
  'AWS::Logs::LogGroup': (_, { LogGroupName }) => {
    const name = z.string().parse(LogGroupName);
    return { ref: name, attributes: { Arn: arn('logs', `log-group:${name}:*`) } };
  },
  'AWS::DynamoDB::GlobalTable': (logicalId) => ({
    ref: logicalId,
    attributes: { Arn: arn('dynamodb', `table/${logicalId}`) },
  }),
  'AWS::SNS::Topic': (_, { TopicName }) => ({ ref: arn('sns', z.string().parse(TopicName)), attributes: {} }),
  'AWS::Events::Rule': (_, { Name }) => {
    const name = z.string().parse(Name);
    return { ref: name, attributes: { Arn: arn('events', `rule/${name}`) } };
  },
  'AWS::CloudWatch::Alarm': (_, { AlarmName }) => {
    const name = z.string().parse(AlarmName);
    return { ref: name, attributes: { Arn: arn('cloudwatch', `alarm:${name}`) } };
  },
  'AWS::ApiGatewayV2::Api': (logicalId) => ({
    ref: logicalId,
    attributes: { ApiEndpoint: `https://${logicalId}.execute-api.${region}.amazonaws.com` },
  }),
  'AWS::ApiGatewayV2::DomainName': (_, { DomainName }) => ({
    ref: z.string().parse(DomainName),
    attributes: { RegionalDomainName: 'd-1.execute-api.amazonaws.com', RegionalHostedZoneId: 'Z1' },
  }),
  'AWS::CloudFront::Distribution': (logicalId) => ({
    ref: logicalId,
    attributes: { DomainName: `${logicalId.toLowerCase()}.cloudfront.net` },
  }),
  'AWS::WAFv2::WebACL': (logicalId) => ({
    ref: logicalId,
    attributes: { Arn: `arn:aws:wafv2:us-east-1:${account}:global/webacl/${logicalId}/1` },
  }),
  'AWS::SecretsManager::Secret': (logicalId) => ({ ref: arn('secretsmanager', `secret:${logicalId}`), attributes: {} }),
  'AWS::EC2::VPC': (logicalId) => ({ ref: logicalId, attributes: { VpcId: logicalId } }),
  'AWS::EC2::Subnet': (logicalId) => ({ ref: logicalId, attributes: { SubnetId: logicalId } }),
  'AWS::EC2::RouteTable': (logicalId) => ({ ref: logicalId, attributes: { RouteTableId: logicalId } }),
  'AWS::EC2::SecurityGroup': (logicalId) => ({ ref: logicalId, attributes: { GroupId: logicalId } }),
  'AWS::ElastiCache::ServerlessCache': (_, { ServerlessCacheName }) => {
    const name = z.string().parse(ServerlessCacheName);
    return { ref: name, attributes: { 'Endpoint.Address': redisHost(name), 'Endpoint.Port': '6379' } };
  },
  'AWS::IAM::Role': (logicalId) => ({
    ref: logicalId,
    attributes: { Arn: `arn:aws:iam::${account}:role/${logicalId}` },
  }),
};

/** As in the template: what is left out. */
const noValue = 'AWS::NoValue';

const pseudoIn = (inRegion: string): Record<string, string> => ({
  'AWS::AccountId': account,
  'AWS::Region': inRegion,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
});

interface Condition {
  'Fn::Equals': [unknown, unknown];
}
type Conditions = Record<string, Condition>;

type Resources = Record<string, { Type: string; Properties?: unknown }>;

/** @throws on a reference that it cannot follow, so that no test compares with one unresolved. */
export function resolveIntrinsics(
  template: { Resources: Resources; Conditions?: Conditions | undefined } & Record<string, unknown>,
  inRegion: string = region,
): unknown {
  const pseudo = pseudoIn(inRegion);
  const describe = (logicalId: string): Physical => {
    const resource = template.Resources[logicalId];
    if (resource === undefined) throw new Error(`The template has no resource ${logicalId}`);
    const make = physical[resource.Type];
    return make?.(logicalId, (resource.Properties ?? {}) as Properties) ?? { ref: logicalId, attributes: {} };
  };
  const functions: Record<string, (argument: unknown) => unknown> = {
    Ref: (argument) => {
      const name = z.string().parse(argument);
      return name === noValue ? undefined : (pseudo[name] ?? describe(name).ref);
    },
    'Fn::GetAZs': () => ['a', 'b', 'c'].map((zone) => inRegion + zone),
    'Fn::Select': (argument) => {
      const [index, from] = z.tuple([z.coerce.number(), z.unknown()]).parse(argument);
      return z.array(z.unknown()).parse(resolve(from))[index];
    },
    'Fn::If': (argument) => {
      const [name, met, unmet] = z.tuple([z.string(), z.unknown(), z.unknown()]).parse(argument);
      const condition = template.Conditions?.[name];
      if (condition === undefined) throw new Error(`The tests do not know the condition ${name}`);
      const [left, right] = condition['Fn::Equals'].map(resolve);
      return resolve(left === right ? met : unmet);
    },
    'Fn::GetAtt': (argument) => {
      const [logicalId, attribute] = z.tuple([z.string(), z.string()]).parse(argument);
      const value = describe(logicalId).attributes[attribute];
      if (value === undefined) throw new Error(`The tests do not know ${attribute} of ${logicalId}`);
      return value;
    },
    'Fn::Join': (argument) => {
      const [separator, parts] = z.tuple([z.string(), z.array(z.unknown())]).parse(argument);
      return parts.map((part) => z.string().parse(resolve(part))).join(separator);
    },
    'Fn::Sub': (argument) =>
      z
        .string()
        .parse(argument)
        .replaceAll(/\$\{([^}]+)\}/g, (_, name: string) => pseudo[name] ?? describe(name).ref),
  };
  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const [only, ...others] = Object.entries(value);
    const intrinsic = only !== undefined && others.length === 0 ? functions[only[0]] : undefined;
    if (only !== undefined && intrinsic !== undefined) return intrinsic(only[1]);
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolve(part)]));
  };
  return {
    Resources: resolve(template.Resources),
    Outputs: resolve(template.Outputs ?? {}),
    // Looked at when it is deployed, and so told as it stands.
    Rules: template.Rules ?? {},
  };
}
