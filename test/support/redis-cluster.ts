import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { findFreePort } from '../../lib/local/emulators/free-port.ts';
import { untilAnswers } from '../../lib/local/emulators/until-answers.ts';
import type { SupervisedChild } from '../../lib/local/supervision/supervised-child.ts';
import { superviseProgram } from '../../lib/local/supervision/supervised-program.ts';

export interface ClusterNode {
  readonly port: number;
  readonly id: string;
  /** Of this node alone. */
  readonly direct: Redis;
  readonly process: SupervisedChild;
}

/** A master with what follows it. */
export interface Shard {
  readonly master: ClusterNode;
  readonly replica: ClusterNode;
}

export interface RedisCluster {
  /** Connected before the first test of the file. */
  readonly client: Cluster;
  readonly shards: readonly Shard[];
  /** Another client, ended with the rest. */
  connect(): Promise<Cluster>;
}

const MASTERS = 3;
const SLOTS = 16_384;

export async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`waited 20 s in vain until ${what}`);
    await delay(10);
  }
}

/** Nobody takes over by himself: a test says who, and a busy machine is not taken for a dead one. */
const settings = (port: number, busPort: number, dir: string) => ({
  port: String(port),
  'cluster-port': String(busPort),
  bind: '127.0.0.1',
  'cluster-enabled': 'yes',
  'cluster-config-file': 'nodes.conf',
  'cluster-node-timeout': '60000',
  'repl-diskless-sync-delay': '0',
  save: '',
  appendonly: 'no',
  dir,
  loglevel: 'warning',
});

type StartedNode = ClusterNode & { busPort: number };

const ATTEMPTS = 3;

/** Another test may take a port between its being found free and its being used: then others are tried. */
async function startNode(dataDir: string, name: string): Promise<StartedNode> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await startNodeOnce(dataDir, `${name}-${attempt}`);
    } catch (error) {
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

async function startNodeOnce(dataDir: string, name: string): Promise<StartedNode> {
  const [port, busPort] = [await findFreePort(), await findFreePort()];
  const dir = join(dataDir, name);
  mkdirSync(dir);
  const process = await superviseProgram({
    name,
    runDirectory: join(dataDir, 'run'),
    command: 'redis-server',
    args: Object.entries(settings(port, busPort, dir)).flatMap(([key, value]) => [`--${key}`, value]),
    onStdoutLine: () => {},
  });
  const retryStrategy = (attempt: number): number => Math.min(attempt * 10, 100);
  const direct = new Redis(port, '127.0.0.1', { retryStrategy });
  direct.on('error', () => {});
  try {
    const answers = () =>
      direct.ping().then(
        () => true,
        () => false,
      );
    await untilAnswers(process, answers);
    return { port, busPort, direct, process, id: String(await direct.call('CLUSTER', 'MYID')) };
  } catch (error) {
    direct.disconnect();
    await process.stop();
    throw error;
  }
}

const knownNodes = async ({ direct }: ClusterNode): Promise<number> =>
  Number(/cluster_known_nodes:(\d+)/.exec(String(await direct.call('CLUSTER', 'INFO')))?.[1]);

async function startCluster(dataDir: string): Promise<Shard[]> {
  const names = Array.from({ length: 2 * MASTERS }, (_, at) => `node-${at}`);
  const nodes = await Promise.all(names.map((name) => startNode(dataDir, name)));
  const masters = nodes.slice(0, MASTERS);
  const [first] = nodes;
  for (const [at, { direct }] of masters.entries()) {
    const from = Math.floor((SLOTS * at) / MASTERS);
    const to = Math.floor((SLOTS * (at + 1)) / MASTERS) - 1;
    await direct.call('CLUSTER', 'ADDSLOTSRANGE', from, to);
    await direct.call('CLUSTER', 'SET-CONFIG-EPOCH', at + 1);
  }
  for (const { port, busPort } of nodes.slice(1)) {
    await first?.direct.call('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  }
  await until('all nodes know each other', async () => {
    return (await Promise.all(nodes.map(knownNodes))).every((known) => known === nodes.length);
  });
  const shards = masters.map((master, at) => ({ master, replica: nodes[MASTERS + at] ?? master }));
  for (const { master, replica } of shards) await replica.direct.call('CLUSTER', 'REPLICATE', master.id);
  for (const { replica } of shards) {
    await until('the replicas follow', async () =>
      /master_link_status:up/.test(await replica.direct.info('replication')),
    );
  }
  await until('the cluster is whole', async () => {
    const states = await Promise.all(nodes.map(({ direct }) => direct.call('CLUSTER', 'INFO')));
    return states.every((state) => /cluster_state:ok/.test(String(state)));
  });
  return shards;
}

/** Three masters, each with a replica, for the tests of a file. */
export function useRedisCluster(): RedisCluster {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-cluster-'));
  const clients: Cluster[] = [];
  let shards: readonly Shard[] = [];
  const connect = async () => {
    const startup = shards.map(({ master }) => ({ host: '127.0.0.1', port: master.port }));
    const client = new Cluster(startup, { slotsRefreshTimeout: 5_000, clusterRetryStrategy: () => 20 });
    clients.push(client);
    client.on('error', () => {});
    await client.ping();
    return client;
  };
  beforeAll(async () => {
    shards = await startCluster(dataDir);
    await connect();
  });
  afterAll(async () => {
    for (const client of clients) client.disconnect();
    const nodes = shards.flatMap(({ master, replica }) => [master, replica]);
    for (const { direct } of nodes) direct.disconnect();
    await Promise.all(nodes.map(({ process }) => process.stop()));
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    get client() {
      const [client] = clients;
      if (client === undefined) throw new Error('The cluster is not started yet.');
      return client;
    },
    get shards() {
      return shards;
    },
    connect,
  };
}

/** From now on the replica is told nothing of what its master acknowledges. */
export async function cutReplication({ master, replica }: Shard): Promise<void> {
  await master.direct.call('CONFIG', 'SET', 'requirepass', 'cut');
  await master.direct.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await until('the replica is cut off', async () => {
    return /master_link_status:down/.test(await replica.direct.info('replication'));
  });
}

/** Ends a master as a power cut does, and has its replica take over. */
export async function failOver({ master, replica }: Shard): Promise<void> {
  process.kill(master.process.pid, 'SIGKILL');
  await master.process.exited;
  await replica.direct.call('CLUSTER', 'FAILOVER', 'TAKEOVER');
  await until('the replica is master', async () => /role:master/.test(await replica.direct.info('replication')));
}
