import { problem } from '../contracts/problem.ts';
import type { Route } from '../contracts/route.ts';
import { type Operation, type OperationAnswer, type OperationRequest, route } from '../contracts/routes.ts';
import { retryAfterMs } from './backoff.ts';
import { HeadroomError, type HeadroomErrorCode } from './headroom-error.ts';
import { type CallParts, httpRequestOf } from './http-request.ts';
import { pause, type Tried, withRetries } from './retry.ts';

export { HeadroomError, type HeadroomErrorCode };

/** API Gateway answers within 30 s, whatever happens behind it. */
const defaultTimeoutMs = 31_000;
const defaultPollMs = 1_000;
const unavailable: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface ClientOptions {
  /** Where Headroom is, `https://....execute-api.eu-central-1.amazonaws.com` or `http://127.0.0.1:4040`. */
  readonly url: string;
  /** `hr_...` */
  readonly apiKey: string;
  readonly fetch?: typeof fetch;
  /** Of one try. */
  readonly timeoutMs?: number;
}

type OptionalKeys<Parts> = {
  [Name in keyof Parts]: undefined extends Parts[Name] ? Name : Record<never, never> extends Parts[Name] ? Name : never;
}[keyof Parts];
type Call<Parts> = Omit<Parts, OptionalKeys<Parts>> & { [Name in OptionalKeys<Parts>]?: Parts[Name] };

export interface CallOptions {
  /** For operations that start work: calls with the same key start it once. One is made up when none is given. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** What an operation is given: `params`, `query`, `headers` and `body` where its route has them, and the options. */
export type CallRequest<Op extends Operation> = Call<OperationRequest<Op>> & CallOptions;

/** Nothing has to be given: the second argument may be left out. */
export type CallArguments<Op extends Operation> =
  Record<never, never> extends Call<OperationRequest<Op>> ? [request?: CallRequest<Op>] : [request: CallRequest<Op>];

export interface PollOptions<Answer> {
  /** Whether this answer is the last one wanted. */
  readonly until: (answer: Answer) => boolean;
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
}

/** An answer as it came. */
export interface Exchange {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
}

export interface Client {
  /**
   * Calls an operation of the HTTP API and resolves to the body of its answer (undefined when it has none, or is no JSON).
   * Calls that may be repeated are, when Headroom is out of reach or asks for patience: at most 5 tries within 20 s.
   *
   * @throws HeadroomError for every answer that is no success
   */
  call<Op extends Operation>(operation: Op, ...request: CallArguments<Op>): Promise<OperationAnswer<Op>>;
  /**
   * As `call`, with status, headers and bytes as they came: for values of a cache, which are no JSON of ours. An answer that the operation
   * has, such as 304, is none of its failures.
   *
   * @throws HeadroomError for every other answer
   */
  exchange<Op extends Operation>(operation: Op, ...request: CallArguments<Op>): Promise<Exchange>;
  /** Calls again and again, and yields every answer; the last is the first that `until` accepts. */
  poll<Op extends Operation>(
    operation: Op,
    request: CallRequest<Op>,
    options: PollOptions<OperationAnswer<Op>>,
  ): AsyncGenerator<OperationAnswer<Op>, void, undefined>;
}

/** @throws TypeError when the URL is none */
export function createClient({
  url,
  apiKey,
  fetch: send = fetch,
  timeoutMs = defaultTimeoutMs,
}: ClientOptions): Client {
  const { origin, pathname } = new URL(url);
  const base = `${origin}${pathname.replace(/\/+$/, '')}`;

  const attempt = async (called: Route, parts: CallParts, signal?: AbortSignal): Promise<Tried<Exchange>> => {
    const { url: address, init } = httpRequestOf(base, apiKey, called, parts);
    const timeout = AbortSignal.timeout(timeoutMs);
    let response: Response;
    let bytes: Uint8Array;
    try {
      response = await send(address, { ...init, signal: signal ? AbortSignal.any([signal, timeout]) : timeout });
      bytes = new Uint8Array(await response.arrayBuffer());
    } catch (cause) {
      if (signal?.aborted) throw signal.reason;
      const why = timeout.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(cause);
      const error = new HeadroomError('unreachable', `Headroom cannot be reached at ${base}: ${why}.`, { cause });
      return { failed: { error, retryAfterMs: undefined } };
    }
    const { status, headers } = response;
    if (response.ok || called.answers[status] !== undefined) return { result: { status, headers, bytes } };
    const error = errorOf(response, textOf(bytes), base);
    if (!unavailable.has(response.status)) throw error;
    return { failed: { error, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) } };
  };

  const exchange: Client['exchange'] = async (operation, ...[request]) => {
    const called = route(operation);
    const { signal, ...given }: CallParts & CallOptions = request ?? {};
    const idempotencyKey = given.idempotencyKey ?? (called.startsWork && crypto.randomUUID());
    const parts: CallParts = { ...given, idempotencyKey };
    const isRepeatable = called.method !== 'POST' || idempotencyKey !== undefined;
    signal?.throwIfAborted();
    return withRetries(() => attempt(called, parts, signal), { isRepeatable, signal });
  };

  const call: Client['call'] = async (operation, ...given) => {
    const answer = answerOf(route(operation), await exchange(operation, ...given));
    // The schema of the route has parsed it.
    return answer as OperationAnswer<typeof operation>;
  };

  return {
    call,
    exchange,
    async *poll(operation, request, { until, intervalMs = defaultPollMs, signal }) {
      for (;;) {
        const answer = await call(
          operation,
          ...([signal ? { ...request, signal } : request] as CallArguments<typeof operation>),
        );
        yield answer;
        if (until(answer)) return;
        await pause(intervalMs, signal);
      }
    },
  };
}

/** Errors of `fetch` say "fetch failed"; why is in their cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return String(cause);
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  return cause.message || code || cause.name;
}

const decoder = new TextDecoder();
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @throws HeadroomError `unexpected-answer`, unless the body is what the route promises; fields it does not name are left out */
function answerOf(called: Route, { status, bytes }: Exchange): unknown {
  const expected = called.answers[status];
  if (expected === undefined) {
    throw new HeadroomError('unexpected-answer', `Headroom answered ${status}, which this call never does.`, {
      status,
    });
  }
  if (expected.body === undefined) return undefined;
  const parsed = expected.body.safeParse(parsedJson(textOf(bytes)));
  if (parsed.success) return parsed.data;
  const message = `The answer to ${called.method} ${called.path} is not what this version of the SDK knows.`;
  throw new HeadroomError('unexpected-answer', message, { status, cause: parsed.error });
}

function errorOf({ status }: Response, text: string, base: string): HeadroomError {
  const parsed = problem.safeParse(parsedJson(text));
  if (parsed.success) return HeadroomError.of(parsed.data);
  // A gateway's or a proxy's own answer.
  const code = status === 429 ? 'too-many-requests' : unavailable.has(status) ? 'unavailable' : 'unexpected-answer';
  return new HeadroomError(code, `${base} answered ${status}, and not as Headroom does.`, { status });
}
