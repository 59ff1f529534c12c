import { type CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { asking } from '../../../platform/aws-failure.ts';
import { allPages } from '../pages.ts';
import type { Calls } from './calls.ts';
import type { StackConfiguration } from './model.ts';

export const readStack = (
  cloudFormation: CloudFormationClient,
  calls: Calls,
  name: string,
): Promise<StackConfiguration | undefined> =>
  calls.ask('cloudformation:ListStackResources', name, () =>
    asking(`the stack ${name}`, async () => {
      const members = await allPages(async (NextToken) => {
        const page = await cloudFormation.send(
          new ListStackResourcesCommand({ StackName: name, ...(NextToken ? { NextToken } : {}) }),
        );
        return { items: page.StackResourceSummaries, next: page.NextToken };
      });
      return {
        name,
        members: members.map(({ LogicalResourceId = '', ResourceType = '', PhysicalResourceId = '' }) => ({
          logicalId: LogicalResourceId,
          type: ResourceType,
          physicalId: PhysicalResourceId,
        })),
      };
    }),
  );
