import type { EventEmitter } from 'node:events';
import { ofConnections } from '../../telemetry/databases/redis.ts';
import { ConnectionAges } from '../connection-ages.ts';
import { overrideMethod } from '../override-method.ts';
import { hasMethods, type PoolAdapter } from '../pool-adapter.ts';

interface Command {
  readonly name: string;
  reject: (error: unknown) => void;
}

/** As far as it is needed of `Redis` of ioredis: one connection, which all commands share. */
interface Connection extends EventEmitter {
  readonly status: string;
  readonly commandQueue?: { readonly length: number };
  readonly offlineQueue?: { readonly length: number };
  ping(): Promise<unknown>;
}
/** And of `Cluster`: a connection to each node. */
interface Cluster extends Connection {
  nodes(role: 'all'): Connection[];
}

const isOpen = ({ status }: Connection): boolean => status === 'ready' || status === 'connect';

/** A connection or a cluster of `ioredis`. Commands wait for a connection in the offline queue. */
export const redisClient: PoolAdapter = {
  isPool: (pool) => hasMethods(pool, 'sendCommand', 'duplicate', 'disconnect') && 'status' in pool,

  watch(object, figures) {
    const client = object as Connection | Cluster;
    const isCluster = 'nodes' in client;
    const ages = new ConnectionAges();
    const connections = (): Connection[] => (isCluster ? client.nodes('all') : [client]);
    const inUse = (): number => connections().filter(({ commandQueue }) => (commandQueue?.length ?? 0) > 0).length;
    const queued = (): number => client.offlineQueue?.length ?? 0;
    const undo: (() => void)[] = [];
    const on = (emitter: EventEmitter, event: string, listener: (...args: never[]) => void): void => {
      emitter.on(event, listener as () => void);
      undo.push(() => emitter.off(event, listener as () => void));
    };
    const follow = (connection: Connection): void => {
      if (isOpen(connection)) ages.see(connection);
      on(connection, 'connect', () => {
        ages.see(connection);
        figures.count('created');
      });
      on(connection, 'close', () => {
        // Also where none could be opened.
        if (ages.forget(connection)) figures.count('closed');
      });
      on(connection, 'reconnecting', () => figures.count('errors'));
    };
    for (const connection of connections()) follow(connection);
    if (isCluster) on(client, '+node', follow);

    /** Since when a command waits. */
    const asked = new WeakMap<Command, number>();
    const wait = (command: Command): void => {
      if (asked.has(command)) return;
      asked.set(command, performance.now());
      const { reject } = command;
      command.reject = function (this: unknown, error) {
        if (asked.delete(command)) figures.count('timeouts');
        Reflect.apply(reject, this, [error]);
      };
    };
    const sent = (command: Command): void => {
      const askedAtMs = asked.get(command);
      asked.delete(command);
      figures.waited(askedAtMs === undefined ? 0 : performance.now() - askedAtMs);
    };
    undo.push(
      overrideMethod(
        client,
        'sendCommand',
        (send) =>
          function (...args) {
            const before = queued();
            const result = Reflect.apply(send, this, args);
            const command = args[0] as Command;
            if (!ofConnections.has(command.name) && command.name !== 'ping') {
              if (queued() > before) wait(command);
              else sent(command);
              figures.note(inUse(), queued());
            }
            return result;
          },
      ),
    );
    return {
      system: 'redis',
      state: () => ({
        size: Math.max(1, connections().length),
        open: connections().filter(isOpen).length,
        inUse: inUse(),
        waiting: queued(),
        oldestConnectionSeconds: ages.oldestSeconds(),
        ended: client.status === 'end',
      }),
      // One that is not there is tried again by itself; a check would wait in the queue until it is.
      check: () =>
        client.status === 'ready' ? Promise.all(connections().map((connection) => connection.ping())) : undefined,
      stop() {
        for (const each of undo) each();
      },
    };
  },
};
