import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { projectRolePrefix } from '../contracts/project-role.ts';

/**
 * The resources that projects name are not known when Headroom is deployed, so these policies name kinds of them. What reads is
 * bounded by its actions, what changes by the tag that a resource's owner puts on it.
 */
const readingActions = [
  'lambda:GetFunctionConfiguration',
  'lambda:GetFunctionConcurrency',
  'lambda:GetProvisionedConcurrencyConfig',
  'lambda:GetAlias',
  'lambda:GetEventSourceMapping',
  'lambda:ListTags',
  'lambda:ListAliases',
  'lambda:ListProvisionedConcurrencyConfigs',
  'lambda:ListEventSourceMappings',
  'dynamodb:DescribeTable',
  'dynamodb:ListTagsOfResource',
  'application-autoscaling:DescribeScalableTargets',
  'application-autoscaling:DescribeScalingPolicies',
  'application-autoscaling:DescribeScheduledActions',
  'elasticache:DescribeServerlessCaches',
  'elasticache:DescribeCacheClusters',
  'elasticache:ListTagsForResource',
  'sqs:GetQueueUrl',
  'sqs:GetQueueAttributes',
  'sqs:ListQueueTags',
  'logs:DescribeLogGroups',
  'cloudformation:ListStackResources',
  'cloudformation:GetTemplate',
] as const;

const tagged = { StringEquals: { 'aws:ResourceTag/headroom:managed': 'true' } } as const;

interface Part {
  actions: readonly string[];
  resources: readonly string[];
  conditions?: Record<string, Record<string, string | readonly string[]>>;
}

type Arn = (service: string, resource: string, where?: { account?: '' | '*'; region?: '' }) => string;

const reading = (arn: Arn): Part[] => [
  { actions: readingActions, resources: ['*'] },
  // Not of `/apikeys`, whose values can be read so too.
  {
    actions: ['apigateway:GET'],
    resources: ['/restapis', '/restapis/*', '/apis/*'].map((path) => arn('apigateway', path, { account: '' })),
  },
  // What functions report of their invocations stands among what else they log.
  { actions: ['logs:FilterLogEvents'], resources: [arn('logs', 'log-group:/aws/lambda/*')] },
];

const changing = (arn: Arn): Part[] => [
  {
    actions: [
      'lambda:UpdateFunctionConfiguration',
      'lambda:PutFunctionConcurrency',
      'lambda:DeleteFunctionConcurrency',
      'lambda:PublishVersion',
    ],
    resources: [arn('lambda', 'function:*')],
    conditions: tagged,
  },
  // Of versions and aliases only: what a measurement published is invoked and deleted, and never the function itself.
  {
    actions: [
      'lambda:InvokeFunction',
      'lambda:DeleteFunction',
      'lambda:PutProvisionedConcurrencyConfig',
      'lambda:DeleteProvisionedConcurrencyConfig',
    ],
    resources: [arn('lambda', 'function:*:*')],
    conditions: tagged,
  },
  {
    actions: ['lambda:UpdateEventSourceMapping'],
    resources: [arn('lambda', 'event-source-mapping:*')],
    conditions: tagged,
  },
  {
    actions: ['apigateway:PATCH'],
    resources: ['/restapis/*', '/apis/*/stages/*'].map((path) => arn('apigateway', path, { account: '' })),
    conditions: tagged,
  },
  { actions: ['dynamodb:UpdateTable'], resources: [arn('dynamodb', 'table/*')], conditions: tagged },
  {
    actions: ['elasticache:ModifyServerlessCache'],
    resources: [arn('elasticache', 'serverlesscache:*')],
    conditions: tagged,
  },
  { actions: ['sqs:SetQueueAttributes'], resources: [arn('sqs', '*')], conditions: tagged },
  // A scalable target has tags of its own, and none before it is made: the table's or the function's are looked at by Headroom.
  {
    actions: [
      'application-autoscaling:RegisterScalableTarget',
      'application-autoscaling:DeregisterScalableTarget',
      'application-autoscaling:PutScalingPolicy',
      'application-autoscaling:PutScheduledAction',
      'application-autoscaling:DeleteScheduledAction',
    ],
    resources: [arn('application-autoscaling', 'scalable-target/*')],
    conditions: { StringEquals: { 'application-autoscaling:service-namespace': ['dynamodb', 'lambda'] } },
  },
  {
    actions: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
    resources: [arn('cloudwatch', 'alarm:TargetTracking-*')],
  },
  {
    actions: ['iam:CreateServiceLinkedRole'],
    resources: [arn('iam', 'role/aws-service-role/*', { region: '' })],
    conditions: {
      StringEquals: {
        'iam:AWSServiceName': ['dynamodb', 'lambda'].map((name) => `${name}.application-autoscaling.amazonaws.com`),
      },
    },
  },
];

export const grantConfiguration = (role: Role): void =>
  grant(
    role,
    reading,
    'Which resources projects name is not known before; these actions only read how they are configured.',
  );

/** A secret's ARN ends with characters that nobody chose. */
const secrets = (arn: Arn): Part[] => [
  {
    actions: ['secretsmanager:GetSecretValue'],
    resources: [arn('secretsmanager', 'secret:headroom/*')],
  },
];

export const grantSecrets = (role: Role): void =>
  grant(role, secrets, 'Which databases projects register is not known before; their secrets are named for it.');

export const grantChanges = (role: Role): void =>
  grant(role, changing, 'Which resources projects name is not known before; only those with the tag are changed.');

/**
 * A project's resources may be in another account. Which is not known before, so the role there is found by how its name begins;
 * that account decides whether it lets this one in.
 */
export const grantProjectRoles = (role: Role): void =>
  grant(
    role,
    (arn) => [
      {
        actions: ['sts:AssumeRole'],
        resources: [arn('iam', `role/${projectRolePrefix}*`, { region: '', account: '*' })],
      },
    ],
    'Which accounts projects are in is not known before; only roles of this name, which let the deployment in, are taken.',
  );

function grant(role: Role, parts: (arn: Arn) => Part[], reason: string): void {
  const stack = Stack.of(role);
  for (const { actions, resources, conditions } of parts((service, resource, where) =>
    stack.formatArn({ service, resource, ...where }),
  )) {
    role.addToPolicy(
      new PolicyStatement({
        actions: [...actions],
        resources: [...resources],
        ...(conditions === undefined ? {} : { conditions }),
      }),
    );
  }
  const written = parts((service, resource, where = {}) =>
    [
      'arn',
      '<AWS::Partition>',
      service,
      where.region ?? '<AWS::Region>',
      where.account ?? '<AWS::AccountId>',
      resource,
    ].join(':'),
  );
  for (const resource of new Set(written.flatMap((part) => part.resources))) {
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${resource}]`, reason });
  }
}
