import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/** What reads and writes tables and queues needs of the key that they are encrypted with. */
const usingActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
] as const;

export const grantKey = (role: Role, key: IKey | undefined): void => {
  if (key === undefined) return;
  role.addToPolicy(new PolicyStatement({ actions: [...usingActions], resources: [key.keyArn] }));
};

/**
 * Lets the services that encrypt by themselves use the key: CloudWatch for its logs and its alarms, SNS and EventBridge for
 * what they could not deliver. A key that is only named by its ARN has a policy of its owner's, which must say the same.
 */
export function letServicesUse(key: IKey | undefined, scope: Stack): void {
  if (key === undefined) return;
  const logGroups = scope.formatArn({ service: 'logs', resource: 'log-group:*' });
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'HeadroomLogs',
      principals: [new ServicePrincipal(`logs.${scope.region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroups } },
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'HeadroomNotifications',
      principals: ['cloudwatch', 'sns', 'events'].map((name) => new ServicePrincipal(`${name}.amazonaws.com`)),
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': scope.account } },
    }),
  );
}
