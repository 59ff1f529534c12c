import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { z } from 'zod';
import { grantChanges, grantConfiguration, grantSecrets } from '../../lib/stack/resource-grants.ts';
import { resolveIntrinsics } from './intrinsics.ts';

const list = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const statement = z.object({
  Effect: z.literal('Allow'),
  Action: list,
  Resource: list,
  Condition: z.record(z.string(), z.record(z.string(), list)).optional(),
});
export type ResourceStatement = z.output<typeof statement>;
const policy = z.looseObject({
  Properties: z.object({ PolicyDocument: z.looseObject({ Statement: z.array(statement) }) }),
});

/** What the grants of resources come to, with every reference replaced by what it might be in an account. */
export function resourceStatements(grants: 'reading' | 'changing' | 'secrets'): ResourceStatement[] {
  const stack = new Stack(new App(), 'Grants');
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const granting = { reading: grantConfiguration, changing: grantChanges, secrets: grantSecrets };
  granting[grants](role);
  const { Resources = {} } = Template.fromStack(stack).toJSON();
  const resolved = resolveIntrinsics({ Resources }) as { Resources: Record<string, { Type: string }> };
  return Object.values(resolved.Resources)
    .filter(({ Type }) => Type === 'AWS::IAM::Policy')
    .flatMap((one) => policy.parse(one).Properties.PolicyDocument.Statement);
}

/** Each thing that they allow, an action on a resource. */
export const permissionsIn = (statements: readonly ResourceStatement[]): string[] =>
  statements.flatMap(({ Action, Resource }) =>
    Action.flatMap((action) => Resource.map((resource) => `${action} ${resource}`)),
  );
