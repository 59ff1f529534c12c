import { afterEach } from 'vitest';
import type { Cache } from '../../lib/cache/library/cache.ts';
import type { CacheClock } from '../../lib/cache/library/clock.ts';
import { createCache } from '../../lib/cache/library/create-cache.ts';
import type { ResponseCacheOptions } from '../../lib/sdk/middleware/response-cache-options.ts';

/** A request as every framework can say it. */
export interface HandledRequest {
  method: string;
  /** Path and query. */
  target: string;
  header(name: string): string | undefined;
}

/** What a handler answers; a body that comes in pieces is sent as a stream. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export type Handler = (request: HandledRequest) => Reply | Promise<Reply>;

export interface Served {
  url: string;
  close(): Promise<void>;
}

/** A framework with the cache in front of a handler, at a port of its own. */
export interface Host {
  name: string;
  serve(options: ResponseCacheOptions, handler: Handler): Promise<Served>;
  /** Whether bodies pass through piece by piece. */
  streams: boolean;
}
/** Goes on only when it is told to. */
class ShiftedClock implements CacheClock {
  shiftMs = 0;
  now = (): number => Date.now() + this.shiftMs;
  monotonic = (): number => performance.now() + this.shiftMs;
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  }
}
/** Without a word of its own, `fetch` asks with `no-cache` whenever a condition is given. */
export const conditional = { 'cache-control': 'max-age=1000' };
export const forAMinute = { 'cache-control': 'max-age=60' };
export const signal = (): { promise: Promise<void>; give: () => void } => {
  let give = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { promise, give };
};
/** What starts the host with a cache and a handler, and ends it after the test. */
export function starter(serve: Host['serve']) {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const start = async (handler: Handler, options: Partial<ResponseCacheOptions> = {}) => {
    const clock = new ShiftedClock();
    const cache: Cache<unknown> = options.cache ?? createCache<unknown>({ namespace: 'shop', clock });
    let calls = 0;
    const errors: unknown[] = [];
    const served = await serve(
      { cache, now: clock.now, onError: (error) => errors.push(error), ...options },
      (request) => {
        calls++;
        return handler(request);
      },
    );
    closing.push(served.close);
    const ask = async (target = '/', init: RequestInit = {}) => {
      const response = await fetch(`${served.url}${target}`, { redirect: 'manual', ...init });
      const body = Buffer.from(await response.arrayBuffer());
      const status = response.headers.get('cache-status') ?? '';
      return { response, status: response.status, body, text: body.toString(), cacheStatus: status };
    };
    return { ...served, ask, cache, clock, errors, calls: () => calls };
  };
  return start;
}
export type Start = ReturnType<typeof starter>;
