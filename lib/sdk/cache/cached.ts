import { createHash } from 'node:crypto';
import type { Cache, GetOrSetOptions, InvalidationResult } from '../../cache/library/cache.ts';
import { argumentKey } from './argument-key.ts';

type Method<This, Args extends readonly unknown[], Value> = (this: This, ...args: Args) => Value | Promise<Value>;

interface CachedSettings<Args extends readonly unknown[], Value>
  extends Pick<GetOrSetOptions, 'tier' | 'softTimeoutMs' | 'hardTimeoutMs'> {
  /** Results are kept as its values are: what JSON does not know comes back as JSON has it. */
  cache: Cache<unknown>;
  /** Begins the keys; the function's own name when left out. Of letters, digits and `_.:/-`, at most 100. */
  name?: string;
  /** What tells calls apart, in place of the arguments. */
  key?: (...args: Args) => unknown;
  /** The policy's when left out; 0 keeps a result out of the cache. */
  ttlSeconds?: number | ((value: Value, ...args: Args) => number);
  tags?: readonly string[] | ((...args: Args) => readonly string[]);
}

/** `self` tells objects apart whose method is cached; it has to be said where the function uses `this`. */
export type CachedOptions<This, Args extends readonly unknown[], Value> = CachedSettings<Args, Value> &
  (unknown extends This ? { self?: (self: This) => unknown } : { self: (self: This) => unknown });

export interface CachedFunction<This, Args extends readonly unknown[], Value> {
  (this: This, ...args: Args): Promise<Value>;
  /** Calls it, whatever is stored, and stores the result. */
  refresh(this: This, ...args: Args): Promise<Value>;
  /** What is stored for these arguments. */
  invalidate(this: This, ...args: Args): Promise<InvalidationResult>;
  /** What is stored for any. */
  invalidateAll(): Promise<InvalidationResult>;
  /** Under which its result is kept. @throws ArgumentKeyError */
  keyOf(this: This, ...args: Args): string;
}

const NAME = /^[\w.:/-]{1,100}$/;
/** Room for the name and what a key has besides. */
const MAX_SHOWN_BYTES = 700;

/** Two functions of one name would be given each other's results. */
const named = new WeakMap<object, Map<string, unknown>>();

function nameOf(fn: { name: string }, { name, cache }: { name?: string; cache: object }): string {
  const chosen = name ?? fn.name.replace(/^bound /, '');
  if (!NAME.test(chosen)) {
    throw new TypeError(`\`${chosen}\` is no name for a cached function: give it one by the option \`name\``);
  }
  const taken = named.get(cache) ?? new Map<string, unknown>();
  named.set(cache, taken);
  if (name === undefined && taken.has(chosen) && taken.get(chosen) !== fn) {
    throw new TypeError(`Another function called \`${chosen}\` is cached here: tell them apart by the option \`name\``);
  }
  taken.set(chosen, fn);
  return chosen;
}

/**
 * The function with its results kept in a cache: one call for all who ask the same at the same time, in all processes. What it throws
 * is thrown, and not kept; that there is no result (undefined) is kept.
 *
 * @throws TypeError when it has no name that tells it from others; each call: ArgumentKeyError
 */
export function cached<This, Args extends readonly unknown[], Value>(
  fn: Method<This, Args, Value>,
  options: CachedOptions<This, Args, Value>,
): CachedFunction<This, Args, Value> {
  const { cache, key, self, tags = [], ttlSeconds, tier, softTimeoutMs, hardTimeoutMs } = options;
  const name = nameOf(fn, options);
  const everyTag = `fn:${name}`;

  const keyFor = (owner: This, args: Args): string => {
    const parts = key === undefined ? args : [key(...args)];
    const text = argumentKey(parts);
    const own = self === undefined ? '' : `${argumentKey([self(owner)])}#`;
    const shown = Buffer.byteLength(own + text) <= MAX_SHOWN_BYTES && text.isWellFormed();
    return `${name}(${
      shown
        ? own + text
        : `sha256:${createHash('sha256')
            .update(own + text)
            .digest('base64url')}`
    })`;
  };

  const call = async (owner: This, args: Args, forceRefresh: boolean): Promise<Value> => {
    const hit = await cache.load(
      keyFor(owner, args),
      async (context) => {
        const value = await Reflect.apply<This, Args, Value | Promise<Value>>(fn, owner, args);
        if (ttlSeconds !== undefined) {
          context.ttlSeconds = typeof ttlSeconds === 'number' ? ttlSeconds : ttlSeconds(value, ...args);
        }
        return value;
      },
      {
        tier,
        softTimeoutMs,
        hardTimeoutMs,
        forceRefresh,
        tags: [everyTag, ...(typeof tags === 'function' ? tags(...args) : tags)],
      },
    );
    // The name is the function's own, so that nothing else lies under these keys.
    return hit?.value as Value;
  };

  const wrapped = function (this: This, ...args: Args): Promise<Value> {
    return call(this, args, false);
  };
  return Object.assign(wrapped, {
    refresh(this: This, ...args: Args): Promise<Value> {
      return call(this, args, true);
    },
    invalidate(this: This, ...args: Args): Promise<InvalidationResult> {
      return cache.invalidate({ keys: [keyFor(this, args)] });
    },
    invalidateAll: (): Promise<InvalidationResult> => cache.invalidate({ tags: [everyTag] }),
    keyOf(this: This, ...args: Args): string {
      return keyFor(this, args);
    },
  });
}
