import type { Cache } from '../../cache/library/cache.ts';
import { OwnErrors } from '../telemetry/own-errors.ts';
import type { CacheableRequest } from './cacheable-request.ts';
import type { Stale } from './change-invalidation.ts';
import type { HeaderFields } from './header-fields.ts';
import type { LifetimeOptions } from './lifetime.ts';
import { defaultCredentials } from './request-rules.ts';
import type { KeyOptions } from './response-key.ts';

/** The head of an answer, as callbacks see it. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: HeaderFields;
}

export interface ResponseCacheOptions
  extends Partial<Omit<KeyOptions, 'prefix'>>,
    Omit<LifetimeOptions, 'isShared' | 'revalidateSeconds'> {
  /** Where answers are kept, beside whatever else the namespace holds. */
  cache: Cache<unknown>;
  /** Begins every key; `http:` when left out. */
  keyPrefix?: string;
  /** Fields that say who the caller is, beside those that do so by custom (`authorization`, `cookie`, `x-api-key`, ...). */
  credentials?: readonly string[];
  /** Longer answers are passed through; 1,048,576 when left out, or what the namespace takes. */
  maxBodyBytes?: number;
  /** Whether clients may ask for fresher answers (`Cache-Control: no-cache` and the like); they may when left out. */
  heedsClients?: boolean;
  /** Requests that are not to be answered from the cache, nor stored. */
  skip?: (request: CacheableRequest) => boolean;
  /** A last word on answers that may be stored. */
  storeIf?: (request: CacheableRequest, answer: AnswerHead) => boolean;
  /** For `invalidate({ tags })`. */
  tags?: (request: CacheableRequest, answer: AnswerHead) => readonly string[];
  /** What a successful POST, PUT, PATCH or DELETE makes stale beside the URL itself. */
  invalidates?: (request: CacheableRequest, answer: AnswerHead) => Stale;
  /** For so long nobody waits for another's answer to a URL whose answers turned out not to be for everybody; 5 when left out. */
  passSeconds?: number;
  /** The longest that a request waits for the answer to another that asks the same; 10,000 when left out. */
  coalesceMs?: number;
  /** In the field `Cache-Status`; `headroom` when left out. */
  cacheName?: string;
  /** Told of what went wrong with the cache, while requests are answered nevertheless; a line a minute on stderr when left out. */
  onError?: (error: unknown) => void;
  /** Epoch milliseconds. */
  now?: () => number;
}

const ownErrors = new OwnErrors();
const report = (error: unknown): void =>
  ownErrors.report(`Answers are not cached: ${error instanceof Error ? error.message : String(error)}`);

const DEFAULT_BODY_BYTES = 1_048_576;
/** Of the namespace's limit, since bytes that are no text take a third more, and the head has to fit too. */
const BODY_SHARE = 0.7;
const MAX_PREFIX_CHARACTERS = 40;

const lower = (names: readonly string[]): string[] => names.map((name) => name.toLowerCase());
/** The names of cookies tell upper case from lower. */
const varyName = (name: string): string => (/^cookie:/i.test(name) ? `cookie:${name.slice(7)}` : name.toLowerCase());

/** Whose cache it is, and what can be asked of those whose answers it keeps. */
export interface CacheKind {
  /** One caller's own heeds nothing that is said to protect callers from each other. */
  isShared: boolean;
  /** For how long answers with a validator are kept to be asked for by it; 0 where handlers are not asked so. */
  revalidateSeconds: number;
}

export const sharedCache: CacheKind = { isShared: true, revalidateSeconds: 0 };

/** @throws TypeError when an option cannot be meant */
export function withDefaults(options: ResponseCacheOptions, { isShared, revalidateSeconds }: CacheKind) {
  const { cache, keyPrefix = 'http:', vary = [], credentials = [], maxBodyBytes = DEFAULT_BODY_BYTES } = options;
  if (!/^[\x21-\x7e]*$/.test(keyPrefix) || keyPrefix.length > MAX_PREFIX_CHARACTERS) {
    throw new TypeError(`keyPrefix has at most ${MAX_PREFIX_CHARACTERS} visible ASCII characters`);
  }
  for (const name of ['ttlSeconds', 'staleWhileRevalidateSeconds', 'staleIfErrorSeconds', 'passSeconds'] as const) {
    const seconds = options[name];
    if (seconds !== undefined && !(seconds >= 0)) throw new TypeError(`${name} is a number of seconds, not ${seconds}`);
  }
  const identifying = [...new Set([...defaultCredentials, ...lower(credentials)])];
  const key: KeyOptions = {
    prefix: keyPrefix,
    host: options.host ?? true,
    query: options.query ?? 'sorted',
    ignoreQuery: options.ignoreQuery ?? [],
    // One's own answers are kept for each of one's identities: another's never serves, even if two share the cache by mistake.
    vary: [...new Set([...vary.map(varyName), ...(isShared ? [] : identifying)])].sort(),
  };
  return {
    cache,
    key,
    rules: { credentials: identifying, vary: key.vary },
    lifetime: {
      ttlSeconds: options.ttlSeconds,
      staleWhileRevalidateSeconds: options.staleWhileRevalidateSeconds,
      staleIfErrorSeconds: options.staleIfErrorSeconds,
      isShared,
      revalidateSeconds,
    },
    maxBodyBytes: Math.min(maxBodyBytes, Math.floor(cache.policy.maxValueBytes * BODY_SHARE)),
    heedsClients: options.heedsClients ?? true,
    skip: options.skip ?? (() => false),
    storeIf: options.storeIf ?? (() => true),
    tags: options.tags ?? (() => []),
    invalidates: options.invalidates ?? (() => undefined),
    passSeconds: options.passSeconds ?? 5,
    coalesceMs: options.coalesceMs ?? 10_000,
    cacheName: options.cacheName ?? 'headroom',
    onError: options.onError ?? report,
    now: options.now ?? Date.now,
  };
}

export type ResponseCacheSettings = ReturnType<typeof withDefaults>;
