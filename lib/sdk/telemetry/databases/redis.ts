import type { ModuleLoads } from '../module-loads.ts';
import { type Method, wrapMethod } from '../wrap-method.ts';
import { onDriver } from './on-driver.ts';
import { QueryKinds } from './query-kinds.ts';
import type { QueryLog, RunningQuery } from './query-log.ts';

/** The promise of a command's that is watched: it gets another one when it is sent anew after a redirection. */
const begunKey = Symbol('headroom.begun');

/** As far as it is needed of a command of ioredis 4 and newer. */
interface Command {
  [begunKey]?: object;
  readonly name: string;
  readonly args?: readonly unknown[];
  readonly promise: object;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

/** What connections say to set themselves up and to end, and nobody's query. */
export const ofConnections: ReadonlySet<string> = new Set([
  'auth',
  'client',
  'cluster',
  'hello',
  'info',
  'quit',
  'readonly',
  'select',
]);
/** They last until something happens, or for the life of a connection: their time says nothing of the database. */
const waiting: ReadonlySet<string> = new Set([
  'blmove',
  'blmpop',
  'blpop',
  'brpop',
  'brpoplpush',
  'bzmpop',
  'bzpopmax',
  'bzpopmin',
  'monitor',
  'psubscribe',
  'ssubscribe',
  'subscribe',
  'wait',
  'waitaof',
]);
const isBlock = (argument: unknown): boolean => /^block$/i.test(String(argument));

function isWaiting({ name, args = [] }: Command): boolean {
  if (name === 'xread' || name === 'xreadgroup') {
    // Options come first, streams and their names last.
    const end = args.findIndex((each) => /^streams$/i.test(String(each)));
    return args.slice(0, end < 0 ? args.length : end).some(isBlock);
  }
  return waiting.has(name);
}

/** Names shown of what a pipeline sends. */
const maxNames = 8;
const maxNameLength = 40;

const nameOf = ({ name }: Command): string => String(name).toUpperCase().slice(0, maxNameLength);

/** Calls back at the first end of a command. The promise is left alone: to look at it would take a rejection for handled. */
function whenSettled(command: Command, settled: () => void): void {
  for (const way of ['resolve', 'reject'] as const) {
    const original: (value: never) => void = command[way];
    command[way] = function (this: unknown, value: unknown) {
      settled();
      return Reflect.apply(original, this, [value]);
    };
  }
}

/** The commands of one pipeline or transaction are one query: they are sent, and waited for, together. */
class Pipeline {
  readonly #names = new Set<string>();
  readonly #begin: (names: string) => RunningQuery | undefined;
  #running: RunningQuery | undefined;
  #waiting = 0;
  readonly startedAtMs = performance.now();

  constructor(begin: (names: string) => RunningQuery | undefined) {
    this.#begin = begin;
    // All are handed over in one go; only then is it known which they are.
    queueMicrotask(() => {
      this.#running = this.#begin([...this.#names].join(' '));
      if (this.#waiting === 0) this.#running?.end();
    });
  }

  add(command: Command): void {
    this.#waiting++;
    if (this.#names.size < maxNames) this.#names.add(nameOf(command));
    whenSettled(command, () => {
      if (--this.#waiting === 0) this.#running?.end();
    });
  }
}

/**
 * Times every command of `ioredis`, by its connections and clusters, and names it, never its keys. The channels that it has are
 * left alone: they lose what waits for a connection, and whoever subscribes hides rejections that nobody handles.
 */
export function watchRedis(loads: ModuleLoads, log: QueryLog): void {
  const kinds = new QueryKinds('redis', (names) => names.toWellFormed());
  const pipelines = new WeakMap<object, Pipeline>();

  const watch = (command: Command, stream: unknown): void => {
    if (command[begunKey] === command.promise || ofConnections.has(command.name) || isWaiting(command)) return;
    command[begunKey] = command.promise;
    if (typeof stream === 'object' && stream !== null && 'isPipeline' in stream) {
      const pipeline = pipelines.get(stream) ?? new Pipeline((names) => log.begin(() => kinds.of(`PIPELINE ${names}`)));
      pipelines.set(stream, pipeline);
      pipeline.add(command);
      return;
    }
    const running = log.begin(() => kinds.of(nameOf(command)));
    if (running !== undefined) whenSettled(command, () => running.end());
  };
  // It is sent again after a reconnection, and by a cluster's connection: the same command all the time.
  const timed = (send: Method): Method =>
    function (this: object, command: unknown, stream: unknown, ...rest: unknown[]) {
      log.errors.guard('Watching a command', () => watch(command as Command, stream));
      return Reflect.apply(send, this, [command, stream, ...rest]);
    };
  onDriver(loads, ['ioredis', '/ioredis/built/index.js'], (exports) => {
    const { Redis, Cluster } = exports as { Redis?: { prototype: object }; Cluster: { prototype: object } };
    // Release 4 exports the class itself.
    for (const { prototype } of [Redis ?? (exports as typeof Cluster), Cluster])
      wrapMethod(prototype, 'sendCommand', timed);
  });
}
