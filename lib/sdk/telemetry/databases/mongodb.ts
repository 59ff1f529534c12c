import type { ModuleLoads } from '../module-loads.ts';
import { type Method, wrapMethod } from '../wrap-method.ts';
import { shapeOf } from './mongodb-shape.ts';
import { onDriver } from './on-driver.ts';
import { QueryKinds } from './query-kinds.ts';
import { endingWith, type QueryLog } from './query-log.ts';

/** What the driver says for itself: to find servers, to authenticate, to end. */
const ofDriver = /^(hello|ismaster|sasl\w+|endsessions|killcursors|ping)$/i;

/** What is asked of an answer that is not decoded yet, or is. */
interface Reply {
  /** Of a cursor. */
  readonly batchSize?: unknown;
  getNumber?(name: string): unknown;
  readonly n?: unknown;
}

/** Documents that came, or that were changed. */
function rowsOf(reply: unknown): number {
  if (typeof reply !== 'object' || reply === null) return 0;
  const { batchSize, n }: Reply = reply;
  if (typeof batchSize === 'number') return batchSize;
  return Number((reply as Reply).getNumber?.('n') ?? n) || 0;
}

/**
 * Times every command that the driver `mongodb` sends to a server: each batch of a cursor is one. Not by its command monitoring,
 * for which it would decode every answer twice.
 */
export function watchMongodb(loads: ModuleLoads, log: QueryLog): void {
  const kinds = new QueryKinds('mongodb', (shape) => shape);
  const timed = (send: Method): Method => {
    // Newer releases take a class in the callback's place.
    const callsBack = send.constructor.name !== 'AsyncFunction';
    return function (this: object, ...args: unknown[]) {
      const [, command] = args;
      const running = log.begin(() => {
        if (typeof command !== 'object' || command === null) return undefined;
        const [name = ''] = Object.keys(command);
        return ofDriver.test(name) ? undefined : kinds.of(shapeOf(command));
      });
      if (running === undefined) return Reflect.apply(send, this, args);
      const callback = args.at(-1);
      if (!callsBack || typeof callback !== 'function')
        return endingWith(Reflect.apply(send, this, args), running, rowsOf);
      // Before release 6 of the driver.
      const answered = function (this: unknown, ...answer: unknown[]) {
        running.endWith(answer[1], rowsOf);
        return Reflect.apply(callback, this, answer);
      };
      return Reflect.apply(send, this, args.with(-1, answered));
    };
  };
  onDriver(loads, ['/mongodb/lib/cmap/connection.js'], (exports) => {
    const { Connection } = exports as { Connection: { prototype: object } };
    wrapMethod(Connection.prototype, 'command', timed);
  });
}
