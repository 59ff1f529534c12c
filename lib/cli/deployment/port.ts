import type { DeployedStack, Finding, LeftOver, MeasuredUse, StackEvent } from '../../contracts/deployment.ts';
import type { DeploymentInput } from '../../contracts/deployment-options.ts';

/** Deployments in the caller's own AWS account, with the caller's own credentials, handed to the command line by `bin`. */
export interface DeploymentsPort {
  /** @throws Error of one sentence, without credentials or a region */
  caller(): Promise<{ account: string; arn: string; region: string }>;
  preflight(options: DeploymentInput): Promise<Finding[]>;
  stack(stage: string): Promise<DeployedStack>;
  diff(options: DeploymentInput): Promise<{ code: number; text: string }>;
  deploy(options: DeploymentInput, onEvent: (event: StackEvent) => void, signal?: AbortSignal): Promise<DeployedStack>;
  destroy(stage: string, onEvent: (event: StackEvent) => void): Promise<void>;
  leftOvers(stage: string): Promise<LeftOver[]>;
  remove(leftOver: LeftOver): Promise<void>;
  measuredUse(stage: string, days: number): Promise<MeasuredUse | undefined>;
}
