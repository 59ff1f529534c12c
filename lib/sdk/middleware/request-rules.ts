import { CacheControl } from './cache-control.ts';
import type { CacheableRequest } from './cacheable-request.ts';

/** Fields that say who asks. An answer to a request with one of them may be for that caller alone. */
export const defaultCredentials: readonly string[] = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'x-access-token',
  'x-amz-security-token',
  'x-api-key',
  'x-auth-token',
  'x-session-token',
];

/** Ask for another method or target than the request line does. */
const rewriting = ['x-http-method', 'x-http-method-override', 'x-method-override', 'x-original-url', 'x-rewrite-url'];

/** Methods that change nothing (RFC 9110, 9.2.1). */
const safe = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export const isUnsafe = (method: string): boolean => !safe.has(method);

/** Why a request goes past the cache; the words are for `Cache-Status`. */
export type BypassReason =
  | 'method'
  | 'body'
  | 'credentials'
  | 'no-store'
  | 'range'
  | 'upgrade'
  | 'rewritten'
  | 'precondition';

export interface RequestRules {
  /** In lower case. */
  readonly credentials: readonly string[];
  /** Fields that the key holds, so that every value has an answer of its own: `cookie:NAME` is one cookie. */
  readonly vary: readonly string[];
}

/**
 * Whether a request may be answered from what others were given, or its answer kept for others.
 *
 * Invariant: undefined only for requests whose caller nothing tells apart from others, but for what the key holds.
 */
export function bypassReason(request: CacheableRequest, { credentials, vary }: RequestRules): BypassReason | undefined {
  const { method } = request;
  if (method !== 'GET' && method !== 'HEAD') return 'method';
  if (request.hasBody) return 'body';
  if (request.header('range') !== undefined) return 'range';
  if (request.header('upgrade') !== undefined) return 'upgrade';
  if (rewriting.some((name) => request.header(name) !== undefined)) return 'rewritten';
  // `If-Match` and the like guard against changes; only the handler can tell.
  if (request.header('if-match') ?? request.header('if-unmodified-since')) return 'precondition';
  if (new CacheControl(request.header('cache-control')).has('no-store')) return 'no-store';
  const present = credentials.filter((name) => request.header(name) !== undefined);
  const isKeyed = (name: string): boolean =>
    vary.includes(name) || (name === 'cookie' && vary.some((each) => each.startsWith('cookie:')));
  if (!present.every(isKeyed)) return 'credentials';
  return request.isAuthenticated && present.length === 0 ? 'credentials' : undefined;
}

/** What a client wants of the age of what it is given (RFC 9111, 5.2.1), in milliseconds. */
export interface Wishes {
  /** Made for this request. */
  anew: boolean;
  /** Not older. */
  maxAgeMs: number;
  /** Fresh for so long still. */
  minFreshMs: number;
  /** It takes what is past its time, by so much. */
  maxStaleMs: number;
  onlyIfCached: boolean;
}

export function wishesOf(request: CacheableRequest): Wishes {
  const field = request.header('cache-control');
  const control = new CacheControl(field);
  const milliseconds = (name: string, otherwise: number): number => (control.seconds(name) ?? otherwise) * 1_000;
  const isPragma = field === undefined && /\bno-cache\b/i.test(request.header('pragma') ?? '');
  return {
    anew: isPragma || control.has('no-cache'),
    maxAgeMs: milliseconds('max-age', Number.POSITIVE_INFINITY),
    minFreshMs: milliseconds('min-fresh', 0),
    maxStaleMs: control.isBare('max-stale') ? Number.POSITIVE_INFINITY : milliseconds('max-stale', 0),
    onlyIfCached: control.has('only-if-cached'),
  };
}

/** What a request without any wishes has: for those who do not heed them. */
export const noWishes: Wishes = {
  anew: false,
  maxAgeMs: Number.POSITIVE_INFINITY,
  minFreshMs: 0,
  maxStaleMs: 0,
  onlyIfCached: false,
};
