import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';

/** Subnets of a network that is not the stack's. */
export interface GivenSubnets {
  vpcId: string;
  subnetIds: readonly string[];
}

/** What a deployment stands in and did not make. */
export interface Surroundings {
  /** Encrypts what is kept; undefined: with keys of AWS. */
  key?: IKey | undefined;
  /** For functions that call targets. */
  targetSubnets?: GivenSubnets | undefined;
  /** For tier 2 of caches, and the functions that use it. */
  cacheSubnets?: GivenSubnets | undefined;
}

/** What the options name, by its ids. */
export function surroundingsOf(scope: Construct, options: DeploymentOptions): Surroundings {
  const { kmsKeyArn, vpcId, targetSubnetIds, cacheSubnetIds } = options;
  const within = (subnetIds: readonly string[] | undefined): GivenSubnets | undefined =>
    vpcId === undefined || subnetIds === undefined ? undefined : { vpcId, subnetIds };
  return {
    key: kmsKeyArn === undefined ? undefined : Key.fromKeyArn(scope, 'Key', kmsKeyArn),
    targetSubnets: within(targetSubnetIds),
    cacheSubnets: within(cacheSubnetIds),
  };
}
