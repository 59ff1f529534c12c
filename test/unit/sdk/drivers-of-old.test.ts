import { afterEach, expect, it } from 'vitest';
import type { EndedQuery } from '../../../lib/sdk/telemetry/databases/ended-query.ts';
import { watchMongodb } from '../../../lib/sdk/telemetry/databases/mongodb.ts';
import { endingWith, QueryLog } from '../../../lib/sdk/telemetry/databases/query-log.ts';
import { watchRedis } from '../../../lib/sdk/telemetry/databases/redis.ts';
import { ModuleLoads } from '../../../lib/sdk/telemetry/module-loads.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

const seen: EndedQuery[] = [];
const errors = new OwnErrors(() => {});
const log = new QueryLog((query) => seen.push(query), errors);
const told = () => seen.map(({ kind, rows }) => [kind.fingerprint, rows]);

/** Shows a driver of a release that is not installed here. */
class Shown extends ModuleLoads {
  readonly #exports: object;

  constructor(exports: object) {
    super(errors);
    this.#exports = exports;
  }

  override on(_names: readonly string[], see: (exports: object) => void): void {
    see(this.#exports);
  }
}

afterEach(() => {
  seen.length = 0;
  expect(errors.count).toBe(0);
});

it('waits for promises of another library, and gives them on', async () => {
  class Other<Value> {
    readonly #inner: Promise<Value>;

    constructor(inner: Promise<Value>) {
      this.#inner = inner;
    }

    // biome-ignore lint/suspicious/noThenProperty: as promises have it
    then<Next>(resolved: (value: Value) => Next, rejected?: (error: unknown) => Next): Other<Next> {
      return new Other(this.#inner.then(resolved, rejected));
    }
  }
  const { promise, resolve } = Promise.withResolvers<number[]>();
  const running = log.begin(() => ({ system: 's', fingerprint: 'q' }));
  if (running === undefined) throw new Error('not watched');
  const result = endingWith(new Other(promise), running, (rows) => (rows as number[]).length);
  expect(seen).toEqual([]);
  expect(result).toBeInstanceOf(Other);
  resolve([1, 2]);
  expect(await result).toEqual([1, 2]);
  expect(told()).toEqual([['q', 2]]);
});

it('times commands of mongodb that are called back', () => {
  let answer = (_error: unknown, _reply: unknown): void => {};
  class Connection {
    command(_namespace: string, _command: object, _options: object, callback: typeof answer): void {
      answer = callback;
    }
  }
  watchMongodb(new Shown({ Connection }), log);
  const answers: unknown[] = [];
  const callback = (...args: unknown[]) => answers.push(...args);
  expect(new Connection().command('db', { insert: 'items' }, {}, callback)).toBeUndefined();
  expect(seen).toEqual([]);
  answer(undefined, { n: 3 });
  expect(answers).toEqual([undefined, { n: 3 }]);
  expect(told()).toEqual([['insert items', 3]]);
});

it('times commands of ioredis 4, and none that wait for something to happen', () => {
  class Redis {
    static Cluster = class {
      sendCommand(): void {}
    };

    sendCommand(command: { resolve: (result: unknown) => void }): void {
      command.resolve('OK');
    }
  }
  watchRedis(new Shown(Redis), log);
  const send = (name: string, ...args: unknown[]) =>
    new Redis().sendCommand({ name, args, promise: {}, resolve() {}, reject() {} } as never);
  for (const name of ['blpop', 'brpop', 'blmove', 'bzpopmin', 'bzpopmax', 'wait', 'subscribe']) send(name, 'key');
  send('xread', 'COUNT', 1, 'block', 0, 'STREAMS', 'events', '$');
  send('xreadgroup', 'GROUP', 'g', 'c', 'BLOCK', 5_000, 'STREAMS', 'events', '>');
  send('xread', 'STREAMS', 'block', '0');
  send('get', 'block');
  expect(told()).toEqual([
    ['XREAD', 0],
    ['GET', 0],
  ]);
});
