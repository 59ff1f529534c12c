import { type DeploymentOptions, parseDeploymentOptions } from '../contracts/deployment-options.ts';

/** CDK keeps its own settings and feature flags beside ours; these carry a separator, ours do not. */
const isOurs = (key: string): boolean => !/[@:/]/.test(key) && !key.startsWith('aws-cdk') && key !== 'cli-telemetry';

/**
 * The options of a deployment among what an app of CDK was given as context.
 * @throws with one line for each option that is wrong, or unknown
 */
export const optionsOfContext = (context: Readonly<Record<string, unknown>>): DeploymentOptions =>
  parseDeploymentOptions(Object.fromEntries(Object.entries(context).filter(([key]) => isOurs(key))));
