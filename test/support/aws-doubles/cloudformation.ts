import { Double, ServiceFailure } from './double.ts';
import { type QueryOperations, queryXml } from './query-xml.ts';

export interface StackState {
  template: string;
  resources: { logicalId: string; type: string; physicalId: string }[];
}

const operationsOf = (stacks: Map<string, StackState>): QueryOperations => {
  const stack = (name = ''): StackState => {
    const found = stacks.get(name);
    // So CloudFormation says that there is none.
    if (found === undefined) throw new ServiceFailure('ValidationError', 400, `Stack with id ${name} does not exist`);
    return found;
  };
  return {
    GetTemplate: ({ StackName }) => ({ TemplateBody: stack(StackName).template }),
    ListStackResources: ({ StackName, NextToken = '0' }) => {
      const { resources } = stack(StackName);
      const from = Number(NextToken);
      return {
        StackResourceSummaries: resources.slice(from, from + 2).map(({ logicalId, type, physicalId }) => ({
          LogicalResourceId: logicalId,
          ResourceType: type,
          PhysicalResourceId: physicalId,
          ResourceStatus: 'CREATE_COMPLETE',
        })),
        ...(resources.length > from + 2 ? { NextToken: String(from + 2) } : {}),
      };
    },
  };
};

/** The part of CloudFormation's API that Headroom uses. */
export async function startCloudFormationDouble(): Promise<{ double: Double; state: Map<string, StackState> }> {
  const state = new Map<string, StackState>();
  return { double: await Double.start(queryXml(operationsOf(state))), state };
}
