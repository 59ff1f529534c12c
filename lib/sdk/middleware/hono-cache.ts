import type { Answer } from './answer.ts';
import type { CacheableRequest } from './cacheable-request.ts';
import { ResponseCache } from './response-cache.ts';
import type { ResponseCacheOptions } from './response-cache-options.ts';
import type { Run } from './run.ts';
import { fieldsOfHeaders, headersOf, watchedBody } from './web-body.ts';

/** What is used of a context of Hono. */
export interface HonoContextLike {
  readonly req: { raw: Request; readonly method: string; readonly url: string };
  get res(): Response;
  set res(response: Response | undefined);
  get(name: 'user'): unknown;
}

export interface HonoCacheOptions extends ResponseCacheOptions {
  /** Whether an answer ends only when it has been stored, for hosts that freeze what nobody waits for; on Lambda it does when left out. */
  awaitsStore?: boolean;
}

/** No server of Hono's says whether there is a body before it is read, but by these. */
const hasBody = (raw: Request): boolean =>
  raw.headers.has('transfer-encoding') || Number(raw.headers.get('content-length') ?? 0) !== 0;

function requestOf(context: HonoContextLike): CacheableRequest {
  const { req } = context;
  const url = new URL(req.url);
  const { headers } = req.raw;
  return {
    method: req.method,
    target: `${url.pathname}${url.search}`,
    header: (name) => headers.get(name) ?? (name === 'host' ? url.host : undefined),
    hasBody: hasBody(req.raw),
    isAuthenticated: (context.get('user') ?? undefined) !== undefined,
  };
}

function shownRequest(raw: Request, shown: Run['shown']): Request {
  if (Object.keys(shown).every((name) => shown[name] === (raw.headers.get(name) ?? undefined))) return raw;
  const headers = new Headers(raw.headers);
  for (const [name, value] of Object.entries(shown)) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  return new Request(raw, { headers });
}

const responseOf = ({ status, headers, body }: Answer): Response =>
  new Response(body === undefined ? null : new Uint8Array(body), { status, headers: headersOf(headers) });

/** Reads a body that the client is not given. */
async function drained(body: ReadableStream<Uint8Array>): Promise<void> {
  const reader = body.getReader();
  while (!(await reader.read()).done);
}

async function told(response: Response, run: Run, last: () => Promise<void>): Promise<Response> {
  const sent = run.head(response.status, fieldsOfHeaders(response.headers));
  if ('instead' in sent) {
    await response.body?.cancel();
    return responseOf(sent.instead);
  }
  const init = { status: sent.status, headers: headersOf(sent.headers) };
  if (response.body === null) {
    run.end();
    await last();
    return new Response(null, init);
  }
  const body = watchedBody(response.body, run, last);
  if (sent.hasBody) return new Response(body, init);
  // This client has it already, but others do not.
  if (sent.status === 304) await drained(body);
  else await body.cancel();
  return new Response(null, init);
}

/**
 * Caches the answers of a Hono app (4), and invalidates what is stored for a URL when a change of it succeeds.
 *
 * @example app.use(honoCache({ cache }))
 * @throws TypeError when an option cannot be meant
 */
export function honoCache({ awaitsStore, ...options }: HonoCacheOptions) {
  const cache = new ResponseCache(options);
  const waits = awaitsStore ?? process.env.AWS_LAMBDA_FUNCTION_NAME !== undefined;
  return async (context: HonoContextLike, next: () => Promise<void>): Promise<Response | undefined> => {
    const served = await cache.begin(requestOf(context));
    if ('answer' in served) return responseOf(served.answer);
    const { run } = served;
    context.req.raw = shownRequest(context.req.raw, run.shown);
    try {
      await next();
    } catch (error) {
      run.abort();
      throw error;
    }
    const response = context.res;
    await run.settle?.(response.status, fieldsOfHeaders(response.headers));
    const sent = await told(response, run, () => (waits ? run.stored : Promise.resolve()));
    // Set over another, it would take over that one's fields.
    context.res = undefined;
    context.res = sent;
    return undefined;
  };
}
