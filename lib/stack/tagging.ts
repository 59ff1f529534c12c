import type { DeploymentOptions } from '../contracts/deployment-options.ts';

/** What every resource of a deployment is tagged with; its costs are found by them. */
export const tagsOf = ({ stage, tags }: Pick<DeploymentOptions, 'stage' | 'tags'>): Record<string, string> => ({
  ...tags,
  Project: 'headroom',
  'headroom:stage': stage,
});
