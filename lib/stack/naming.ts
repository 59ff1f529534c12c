/**
 * The physical names of resources, by stage, so that several deployments fit into one account. Tables and roles have
 * none: CloudFormation names them, since a table that outlived its stack must not stand in the way of the next.
 */
export const resourceName = (stage: string, name: string): string => `headroom-${stage}-${name}`;

export const stackName = (stage: string): string => `headroom-${stage}`;

export const functionLogGroupName = (functionName: string): string => `/aws/lambda/${functionName}`;

/** Under `vendedlogs`, because the policies of other log groups for AWS services share a size limit. */
export const apiLogGroupName = (stage: string): string => `/aws/vendedlogs/${resourceName(stage, 'api')}`;
