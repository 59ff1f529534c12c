/** What is looked at before a deployment, and what was found. */
export interface Finding {
  subject: string;
  /** `fail`: it would not work. `warn`: it works, with something to know. */
  verdict: 'ok' | 'warn' | 'fail';
  detail: string;
  /** What to do about it. */
  next?: string;
}

/** One step of CloudFormation. */
export interface StackEvent {
  at: string;
  resource: string;
  type: string;
  status: string;
  reason?: string;
}

/** What a stack leaves behind, and how it can go. */
export interface LeftOver {
  kind: 'table' | 'log group' | 'alarm';
  name: string;
  /** Goes only when somebody says so by name. */
  holdsData: boolean;
}

export interface DeployedStack {
  /** As CloudFormation calls it: `UPDATE_COMPLETE`. Undefined: there is none. */
  status: string | undefined;
  outputs: Readonly<Record<string, string>>;
}

/** What a stage was used for, as CloudWatch counted it. */
export interface MeasuredUse {
  from: string;
  to: string;
  apiRequests: number;
  invocations: number;
  gbSeconds: number;
  readUnits: number;
  writeUnits: number;
  queueRequests: number;
  cacheGbHours: number;
  ecpu: number;
}

/** The roles and buckets by which CDK deploys, in an account and region. */
export const bootstrapVersionParameter = '/cdk-bootstrap/hnb659fds/version';
export const leastBootstrapVersion = 6;
