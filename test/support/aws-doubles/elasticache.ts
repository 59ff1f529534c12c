import { Double, ServiceFailure } from './double.ts';
import { type QueryOperations, queryXml, type XmlValue } from './query-xml.ts';

export interface ServerlessCacheState {
  name: string;
  tags: Record<string, string>;
  maxDataGb?: number;
  maxEcpu?: number;
  pending: number;
}

export interface ElastiCacheState {
  serverless: Map<string, ServerlessCacheState>;
  nodes: Map<string, { name: string; nodeType: string; tags: Record<string, string> }>;
}

const serverlessArn = (name: string) => `arn:aws:elasticache:us-east-1:123456789012:serverlesscache:${name}`;
const nodeArn = (name: string) => `arn:aws:elasticache:us-east-1:123456789012:cluster:${name}`;

function shown(one: ServerlessCacheState): XmlValue {
  const status = one.pending > 0 ? 'modifying' : 'available';
  if (one.pending > 0) one.pending--;
  return {
    ServerlessCacheName: one.name,
    ARN: serverlessArn(one.name),
    Engine: 'valkey',
    Status: status,
    CacheUsageLimits: {
      ...(one.maxDataGb === undefined ? {} : { DataStorage: { Maximum: one.maxDataGb, Unit: 'GB' } }),
      ...(one.maxEcpu === undefined ? {} : { ECPUPerSecond: { Maximum: one.maxEcpu } }),
    },
  };
}

function within(value: number | undefined, low: number, high: number): void {
  if (value !== undefined && !(value >= low && value <= high)) {
    throw new ServiceFailure('InvalidParameterValue', 400);
  }
}

const numberOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

const operationsOf = ({ serverless, nodes }: ElastiCacheState): QueryOperations => ({
  DescribeServerlessCaches: ({ ServerlessCacheName = '' }) => {
    const found = serverless.get(ServerlessCacheName);
    if (found === undefined) throw new ServiceFailure('ServerlessCacheNotFoundFault', 404);
    return { ServerlessCaches: [shown(found)] };
  },
  DescribeCacheClusters: ({ CacheClusterId = '' }) => {
    const found = nodes.get(CacheClusterId);
    if (found === undefined) throw new ServiceFailure('CacheClusterNotFound', 404);
    const cluster = { CacheClusterId, ARN: nodeArn(CacheClusterId), Engine: 'redis', CacheNodeType: found.nodeType };
    return { CacheClusters: { '*CacheCluster': [cluster] } };
  },
  ListTagsForResource: ({ ResourceName = '' }) => {
    const name = ResourceName.split(':').at(-1) ?? '';
    const tags = serverless.get(name)?.tags ?? nodes.get(name)?.tags ?? {};
    return { TagList: { '*Tag': Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) } };
  },
  ModifyServerlessCache: (input) => {
    const found = serverless.get(input.ServerlessCacheName ?? '');
    if (found === undefined) throw new ServiceFailure('ServerlessCacheNotFoundFault', 404);
    if (found.pending > 0) throw new ServiceFailure('InvalidServerlessCacheStateFault', 400);
    const maxDataGb = numberOf(input['CacheUsageLimits.DataStorage.Maximum']);
    const maxEcpu = numberOf(input['CacheUsageLimits.ECPUPerSecond.Maximum']);
    within(maxDataGb, 1, 5_000);
    within(maxEcpu, 1_000, 15_000_000);
    if (maxDataGb !== undefined) found.maxDataGb = maxDataGb;
    if (maxEcpu !== undefined) found.maxEcpu = maxEcpu;
    found.pending = 1;
    return { ServerlessCache: shown(found) };
  },
});

/** The part of ElastiCache's API that Headroom uses. */
export async function startElastiCacheDouble(): Promise<{ double: Double; state: ElastiCacheState }> {
  const state: ElastiCacheState = { serverless: new Map(), nodes: new Map() };
  return { double: await Double.start(queryXml(operationsOf(state))), state };
}
