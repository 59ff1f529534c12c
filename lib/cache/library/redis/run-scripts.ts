import type { Cluster, Redis } from 'ioredis';
import { type ScriptName, scripts } from './scripts.ts';

/** Given by the caller, who also ends it: whoever has no Redis needs no ioredis. */
export type RedisClient = Redis | Cluster;

export type Argument = string | number | Buffer;

const commandOf = (name: ScriptName): string => `headroomCache${name[0]?.toUpperCase()}${name.slice(1)}`;

/** Calls scripts by their hash; the client sends a script's text once to each server. */
export class Scripts {
  readonly #client: RedisClient;

  constructor(client: RedisClient) {
    this.#client = client;
    for (const [name, lua] of Object.entries(scripts)) client.defineCommand(commandOf(name as ScriptName), { lua });
  }

  /** Texts in the answer are strings. */
  run(name: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    return this.#call(commandOf(name), keys, args);
  }

  /** Texts in the answer are buffers. */
  runForBytes(name: ScriptName, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    return this.#call(`${commandOf(name)}Buffer`, keys, args);
  }

  async #call(command: string, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const call: unknown = Reflect.get(this.#client, command);
    if (typeof call !== 'function') throw new TypeError(`the Redis client has no command ${command}`);
    return call.call(this.#client, keys.length, ...keys, ...args);
  }
}
