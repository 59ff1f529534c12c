import type { Answer } from '../middleware/answer.ts';
import type { CacheableRequest } from '../middleware/cacheable-request.ts';
import { ResponseCache } from '../middleware/response-cache.ts';
import type { ResponseCacheOptions } from '../middleware/response-cache-options.ts';
import type { Run } from '../middleware/run.ts';
import { fieldsOfHeaders, headersOf } from '../middleware/web-body.ts';
import { abortable, recordedBody } from './fetched-body.ts';

const ONE_DAY_SECONDS = 86_400;

export interface CachedFetchOptions extends Omit<ResponseCacheOptions, 'host'> {
  /** What asks in the end; the global one when left out. */
  fetch?: typeof fetch;
  /**
   * `shared`, when left out: what is kept serves whoever uses the cache, so nothing that was asked for with credentials, or is private, is
   * kept. `private`: the cache is one caller's own; answers to different credentials are told apart nevertheless.
   */
  as?: 'shared' | 'private';
  /** For how long answers with an ETag or a date are kept beyond their time, to be asked for by these; 86,400 when left out. */
  revalidateSeconds?: number;
}

export interface CachedFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** When all that runs in the background (revalidation, storing) has ended: to be awaited before a function is frozen. */
  settled(): Promise<void>;
}

const withoutFragment = (url: string): string => url.replace(/#.*$/, '');

function cacheableOf(request: Request): CacheableRequest {
  const { headers, method, url } = request;
  const { host } = new URL(url);
  return {
    method,
    target: withoutFragment(url),
    header: (name) => headers.get(name) ?? (name === 'host' ? host : directiveOf(name, request)),
    hasBody: request.body !== null,
    isAuthenticated: false,
  };
}

/** `RequestInit.cache` says in a word what `Cache-Control` says. */
const directives: Partial<Record<RequestCache, string>> = {
  'no-store': 'no-store',
  reload: 'no-cache',
  'no-cache': 'no-cache',
  'force-cache': 'max-stale',
  'only-if-cached': 'max-stale, only-if-cached',
};

const directiveOf = (name: string, { cache }: Request): string | undefined =>
  name === 'cache-control' ? directives[cache] : undefined;

/** What changes the answer, or how it may be read, and is no part of the key. */
const isOrdinary = ({ redirect, integrity }: Request): boolean => redirect === 'follow' && integrity === '';

const responseOf = ({ status, headers, body }: Answer, url: string): Response =>
  at(new Response(body === undefined ? null : new Uint8Array(body), { status, headers: headersOf(headers) }), url);

/** The constructor of a response does not take its URL. */
const at = (response: Response, url: string): Response =>
  Object.defineProperty(response, 'url', { value: withoutFragment(url) });

/** The request as it goes out: without what the cache answers itself, and with the question whether what is stored is still right. */
function outgoing(request: Request, run: Run): Request {
  const headers = new Headers(request.headers);
  for (const [name, value] of Object.entries(run.shown)) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  for (const [name, value] of run.validators) headers.set(name, value);
  // Without these it would be asked for anew, since a condition was given (Fetch Standard, HTTP-network-or-cache fetch, 16).
  if (run.validators.length > 0 && !headers.has('cache-control')) headers.set('cache-control', 'max-age=0');
  return new Request(request, { headers });
}

/**
 * A `fetch` that keeps answers in a cache as RFC 9111 says: it asks again when their time is over, by their ETag or date where they have
 * one, and forgets a URL when a change of it succeeds. Answers that are not kept are passed on as they came.
 *
 * @throws TypeError when an option cannot be meant
 */
export function cachedFetch(options: CachedFetchOptions): CachedFetch {
  const { fetch: send = fetch, as = 'shared', revalidateSeconds = ONE_DAY_SECONDS, ...rest } = options;
  const cache = new ResponseCache(
    { keyPrefix: 'fetch:', query: 'raw', ...rest, host: false },
    { isShared: as === 'shared', revalidateSeconds },
  );
  const pending = new Set<Promise<unknown>>();
  const track = <Result>(work: Promise<Result>): Promise<Result> => {
    const tracked: Promise<unknown> = work.catch(() => undefined).then(() => pending.delete(tracked));
    pending.add(tracked);
    return work;
  };

  const carryOut = async (request: Request, run: Run): Promise<Response> => {
    let response: Response;
    try {
      response = await send(outgoing(request, run));
    } catch (error) {
      const answer = request.signal.aborted ? undefined : run.failed();
      run.abort();
      if (answer === undefined) throw error;
      return responseOf(answer, request.url);
    }
    const fields = fieldsOfHeaders(response.headers);
    await run.settle?.(response.status, fields);
    if (response.status === 304 && run.validators.length > 0) {
      const renewed = run.notModified(fields);
      track(run.stored);
      if (renewed !== undefined) return responseOf(renewed, response.url);
    }
    const sent = run.head(response.status, fields);
    if ('instead' in sent) {
      await response.body?.cancel();
      return responseOf(sent.instead, response.url);
    }
    track(run.stored);
    if (!run.isRecording) return response;
    const body = response.body === null ? null : recordedBody(response.body, run);
    if (body === null) run.end();
    if (!sent.hasBody) await body?.cancel();
    const init = { status: sent.status, statusText: response.statusText, headers: headersOf(sent.headers) };
    return at(new Response(sent.hasBody && body !== null ? abortable(body, request.signal) : null, init), response.url);
  };

  /** Nobody waits for it: the caller has been given what is stored. */
  const revalidate = async (request: Request, run: Run): Promise<void> => {
    const signal = AbortSignal.timeout(options.cache.policy.hardTimeoutMs);
    const response = await carryOut(new Request(request, { signal }), run);
    await response.body?.cancel();
    await run.stored;
  };

  const fetchCached = async (input: string | URL | Request, init?: RequestInit): Promise<Response> => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    if (!isOrdinary(request)) return send(request);
    const served = await cache.begin(cacheableOf(request));
    if ('answer' in served) return responseOf(served.answer, request.url);
    const { run } = served;
    const stale = run.stale?.();
    if (stale === undefined) return carryOut(request, run);
    track(revalidate(request, run)).catch(options.onError ?? (() => undefined));
    return responseOf(stale, request.url);
  };

  return Object.assign(fetchCached, {
    async settled(): Promise<void> {
      while (pending.size > 0) await Promise.all(pending);
      await options.cache.settled();
    },
  });
}
