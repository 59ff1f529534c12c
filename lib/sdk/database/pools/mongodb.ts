import type { EventEmitter } from 'node:events';
import { ConnectionAges } from '../connection-ages.ts';
import { hasMethods, type PoolAdapter } from '../pool-adapter.ts';

/** As far as it is needed of `MongoClient`: its events tell all about its pools, of which it has one for each server. */
interface MongoClient extends EventEmitter {
  readonly options: { readonly maxPoolSize?: number; readonly minPoolSize?: number };
  db(name: string): { command(command: object): Promise<unknown> };
}

interface ConnectionEvent {
  readonly address: string;
  readonly connectionId: number | string;
  readonly reason?: string;
  readonly durationMS?: number;
}

/** The pools of a client of `mongodb`, together. To be given before its first use: of earlier connections it tells nothing. */
export const mongoClient: PoolAdapter = {
  isPool: (pool) => hasMethods(pool, 'db', 'startSession', 'on') && 'options' in pool,

  watch(object, figures) {
    const client = object as MongoClient;
    const { maxPoolSize = 100, minPoolSize = 0 } = client.options;
    const ages = new ConnectionAges();
    const pools = new Set<string>();
    const current = { open: 0, inUse: 0, waiting: 0, hasClosed: false };
    const less = (what: 'open' | 'inUse' | 'waiting'): void => {
      current[what] = Math.max(0, current[what] - 1);
    };
    /** Who asks waits for a moment, also where a connection is free. */
    const waiting = (): number => Math.max(0, current.waiting - (current.open - current.inUse));
    const nameOf = ({ address, connectionId }: ConnectionEvent): string => `${address} ${connectionId}`;
    const listeners: Record<string, (event: ConnectionEvent) => void> = {
      connectionPoolCreated: ({ address }) => pools.add(address),
      connectionPoolClosed: ({ address }) => {
        pools.delete(address);
        current.hasClosed = pools.size === 0;
      },
      connectionCreated: (event) => {
        current.open++;
        figures.count('created');
        if (minPoolSize > 0 && current.open > minPoolSize * pools.size) figures.count('overflow');
        ages.see(nameOf(event));
      },
      connectionClosed: (event) => {
        less('open');
        figures.count('closed');
        if (event.reason === 'error') figures.count('errors');
        ages.forget(nameOf(event));
      },
      // Where no server is found, no pool is asked.
      serverHeartbeatFailed: () => figures.count('errors'),
      connectionCheckOutStarted: () => {
        current.waiting++;
        figures.note(current.inUse, waiting());
      },
      connectionCheckOutFailed: ({ reason }) => {
        less('waiting');
        if (reason !== 'poolClosed') figures.count(reason === 'timeout' ? 'timeouts' : 'errors');
      },
      connectionCheckedOut: ({ durationMS = 0 }) => {
        less('waiting');
        current.inUse++;
        figures.waited(durationMS);
        figures.note(current.inUse, waiting());
      },
      connectionCheckedIn: () => less('inUse'),
    };
    for (const [event, listener] of Object.entries(listeners)) client.on(event, listener);
    const limit = (): number | undefined => (maxPoolSize === 0 ? undefined : maxPoolSize * Math.max(1, pools.size));
    return {
      system: 'mongodb',
      state: () => ({
        size: limit(),
        open: current.open,
        inUse: current.inUse,
        waiting: waiting(),
        oldestConnectionSeconds: ages.oldestSeconds(),
        ended: current.hasClosed && pools.size === 0,
      }),
      check() {
        const isBusy = current.inUse === current.open && current.open > 0;
        return isBusy || current.waiting > 0 ? undefined : client.db('admin').command({ ping: 1 });
      },
      stop() {
        for (const [event, listener] of Object.entries(listeners)) client.off(event, listener);
      },
    };
  },
};
