import { type CfnResource, Stack } from 'aws-cdk-lib';

/** Where a template names a resource itself, by its type. */
const nameProperties: Readonly<Record<string, string>> = {
  'AWS::Lambda::Function': 'functionName',
  'AWS::DynamoDB::Table': 'tableName',
  'AWS::DynamoDB::GlobalTable': 'tableName',
  'AWS::SQS::Queue': 'queueName',
  'AWS::ApiGateway::RestApi': 'name',
  'AWS::ElastiCache::ServerlessCache': 'serverlessCacheName',
};

/** What is in force of a property as the construct has it, with what an L2 has left to be told later. */
export const propertyOf = (resource: CfnResource, name: string): unknown =>
  Stack.of(resource).resolve((resource as unknown as Record<string, unknown>)[name]);

export const logicalIdOf = (resource: CfnResource): string => String(Stack.of(resource).resolve(resource.logicalId));

/** The name that the template gives it; undefined where CloudFormation is to make one. */
export function physicalNameOf(resource: CfnResource): string | undefined {
  const property = nameProperties[resource.cfnResourceType];
  const name = property === undefined ? undefined : propertyOf(resource, property);
  return typeof name === 'string' ? name : undefined;
}

/** The last part of an ARN or a URL, or the name itself. */
export const nameIn = (resource: string): string => {
  if (/^https?:/.test(resource)) return resource.split('/').at(-1) ?? resource;
  if (!resource.startsWith('arn:')) return resource;
  const [kind = '', name] = resource.split(':').slice(5);
  return name ?? kind.split('/')[1] ?? kind;
};
