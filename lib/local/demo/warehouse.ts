import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { Worker } from 'node:worker_threads';
import { createPool } from 'generic-pool';
import { monitorPool } from '../../sdk/database.ts';
import type { ShopFaults } from './faults.ts';

export interface Warehouse {
  /** How many pieces of a product there are. @throws when the warehouse does not say */
  pieces(productId: number): Promise<number>;
  close(): Promise<void>;
}

/** What a service takes to look something up. */
const usualAnswerMs = 5;
const usualSessions = 50;

/** A session is a connection that carries one question at a time. */
export async function openWarehouse({
  warehouseSessions,
  warehouseDelayMs,
}: Pick<ShopFaults, 'warehouseSessions' | 'warehouseDelayMs'>): Promise<Warehouse> {
  const server = new Worker(new URL('./warehouse-server.ts', import.meta.url), {
    workerData: { answerMs: usualAnswerMs + warehouseDelayMs },
    // Another service would not be in this process: nothing of it is the shop's.
    env: {},
    execArgv: [],
  });
  const [port] = (await once(server, 'message')) as [number];
  const sessions = createPool(
    {
      create: async () => new Agent({ keepAlive: true, maxSockets: 1 }),
      destroy: async (agent) => agent.destroy(),
    },
    { max: warehouseSessions > 0 ? warehouseSessions : usualSessions },
  );
  const monitor = monitorPool(sessions, { name: 'warehouse' });
  return {
    pieces: (productId) => sessions.use((agent) => ask(agent, port, productId)),
    async close() {
      await sessions.drain();
      await sessions.clear();
      monitor.stop();
      await server.terminate();
    },
  };
}

function ask(agent: Agent, port: number, productId: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  get({ host: '127.0.0.1', port, path: `/${productId}`, agent }, async (response) => {
    try {
      let body = '';
      for await (const piece of response.setEncoding('utf8')) body += piece;
      resolve(JSON.parse(body).pieces);
    } catch (error) {
      reject(error);
    }
  }).on('error', reject);
  return promise;
}
