import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnServerlessCache } from 'aws-cdk-lib/aws-elasticache';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { DeploymentOptions } from '../contracts/deployment-options.ts';
import { IsolatedNetwork } from './isolated-network.ts';
import { resourceName } from './naming.ts';
import { place } from './place.ts';
import type { Surroundings } from './surroundings.ts';
import type { Tables } from './tables.ts';

export interface CacheTierProps {
  options: DeploymentOptions;
  tables: Tables;
  surroundings: Surroundings;
}

/**
 * Tier 2 of caches: an ElastiCache Serverless for Valkey, always in cluster mode and with TLS. Nothing in it is kept: what
 * it held is loaded anew, or lies in the cache's table.
 */
export class CacheTier extends Construct {
  /** Of the serverless cache; its metrics stand under it. */
  readonly cacheName: string;
  /** `rediss://host:port`: the one address by which the cluster is entered. */
  readonly url: string;
  readonly #network: IsolatedNetwork;

  constructor(scope: Construct, id: string, { options, tables, surroundings }: CacheTierProps) {
    super(scope, id);
    this.#network = new IsolatedNetwork(this, 'Network', {
      tables,
      zones: options.cacheZones,
      given: surroundings.cacheSubnets,
    });
    this.cacheName = resourceName(options.stage, 'cache');
    const cache = new CfnServerlessCache(this, 'Redis', {
      serverlessCacheName: this.cacheName,
      description: `Tier 2 of the caches of stage ${options.stage}`,
      engine: 'valkey',
      majorEngineVersion: '8',
      cacheUsageLimits: {
        dataStorage: { maximum: options.redisLimitGb, unit: 'GB' },
        ecpuPerSecond: { maximum: options.redisLimitEcpuPerSecond },
      },
      securityGroupIds: [this.#network.redis],
      subnetIds: [...this.#network.subnetIds],
      snapshotRetentionLimit: 0,
      ...(surroundings.key === undefined ? {} : { kmsKeyId: surroundings.key.keyArn }),
    });
    cache.applyRemovalPolicy(RemovalPolicy.DESTROY);
    this.url = `rediss://${cache.attrEndpointAddress}:${cache.attrEndpointPort}`;
  }

  /** Places a function where Redis is, and where it reaches nothing else but DynamoDB. */
  isolate(lambda: LambdaFunction): void {
    place(lambda, { securityGroupIds: [this.#network.callers], subnetIds: [...this.#network.subnetIds] });
    if (this.#network.dynamoDb !== undefined) lambda.node.addDependency(this.#network.dynamoDb);
  }
}
