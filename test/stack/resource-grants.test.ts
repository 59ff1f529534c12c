import { describe, expect, it } from 'vitest';
import { permissionsIn, resourceStatements } from './resource-statements.ts';

const tagged = { StringEquals: { 'aws:ResourceTag/headroom:managed': ['true'] } };
const reading = resourceStatements('reading');
const changing = resourceStatements('changing');
const actionsOf = (statements: typeof reading): string[] => statements.flatMap(({ Action }) => Action);

describe('who reads configuration', () => {
  it('may do so without a condition, and change nothing', () => {
    for (const { Condition } of reading) expect(Condition).toBeUndefined();
    expect(actionsOf(reading).filter((action) => !/:(Get|List|Describe|Filter|GET)/.test(action))).toEqual([]);
  });

  it('may read neither code, nor data, nor keys, nor the logs of others than functions', () => {
    const forbidden = [
      'lambda:GetFunction',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'sqs:ReceiveMessage',
      'logs:GetLogEvents',
      'secretsmanager:GetSecretValue',
    ];
    expect(actionsOf(reading).filter((action) => forbidden.includes(action) || action.includes('*'))).toEqual([]);
    const wide = permissionsIn(reading).filter((one) => /^(apigateway|logs:Filter)/.test(one));
    expect(wide.filter((one) => one.endsWith(' *') || one.includes('apikeys'))).toEqual([]);
    expect(wide.filter((one) => one.startsWith('logs:'))).toEqual([
      'logs:FilterLogEvents arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/*',
    ]);
  });
});

describe('who changes resources', () => {
  it('may do so only where the tag is, or, of what has no tags, within what belongs to auto scaling', () => {
    const untagged = changing.filter(({ Condition }) => JSON.stringify(Condition) !== JSON.stringify(tagged));
    expect(untagged).toEqual([
      expect.objectContaining({
        Action: expect.arrayContaining(['application-autoscaling:RegisterScalableTarget']),
        Condition: { StringEquals: { 'application-autoscaling:service-namespace': ['dynamodb', 'lambda'] } },
      }),
      expect.objectContaining({
        Action: ['cloudwatch:PutMetricAlarm', 'cloudwatch:DeleteAlarms'],
        Resource: ['arn:aws:cloudwatch:eu-central-1:123456789012:alarm:TargetTracking-*'],
      }),
      expect.objectContaining({
        Action: ['iam:CreateServiceLinkedRole'],
        Condition: {
          StringEquals: {
            'iam:AWSServiceName': [
              'dynamodb.application-autoscaling.amazonaws.com',
              'lambda.application-autoscaling.amazonaws.com',
            ],
          },
        },
      }),
    ]);
  });

  it('never of everything: each action is one of a kind of resource', () => {
    expect(permissionsIn(changing).filter((one) => one.endsWith(' *') || one.split(' ')[0]?.includes('*'))).toEqual([]);
  });

  it('may invoke and delete versions of functions, and no function', () => {
    const ofFunctions = permissionsIn(changing).filter((one) => /^lambda:(Invoke|Delete)Function /.test(one));
    expect(ofFunctions).toEqual(
      ['lambda:InvokeFunction', 'lambda:DeleteFunction'].map(
        (action) => `${action} arn:aws:lambda:eu-central-1:123456789012:function:*:*`,
      ),
    );
  });

  it('may not make, tag or delete what projects have', () => {
    const dangerous =
      /:(Create(?!ServiceLinkedRole)|Tag|Untag|DeleteTable|DeleteQueue|UpdateFunctionCode|PassRole|PutRolePolicy)/;
    expect(actionsOf(changing).filter((action) => dangerous.test(action))).toEqual([]);
  });
});
