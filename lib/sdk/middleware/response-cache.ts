import type { CacheHit } from '../../cache/library/cache.ts';
import { type Answer, answerFrom, notCached } from './answer.ts';
import type { CacheStatusParameters, Forwarded } from './cache-status.ts';
import type { CacheableRequest } from './cacheable-request.ts';
import { hasChanged, invalidateAll } from './change-invalidation.ts';
import { type Precondition, preconditionOf } from './conditional.ts';
import { fieldOf } from './header-fields.ts';
import { Recording } from './recording.ts';
import { bypassReason, isUnsafe, noWishes, type Wishes, wishesOf } from './request-rules.ts';
import {
  type CacheKind,
  type ResponseCacheOptions,
  type ResponseCacheSettings,
  sharedCache,
  withDefaults,
} from './response-cache-options.ts';
import { hasSameValues, responseKey, variantKey, varyValues } from './response-key.ts';
import { Run } from './run.ts';
import { type Incomplete, recordOf, type StoredResponse } from './stored-response.ts';
import { Turn } from './turn.ts';
import { type Usability, usability } from './usability.ts';

/** Either an answer, or leave to let the handler make one. */
export type Served = { answer: Answer } | { run: Run };

/** Of one request on its way through the cache. */
interface Passage {
  request: CacheableRequest;
  wishes: Wishes;
  precondition: Precondition;
  tag: string;
}

interface Step {
  key: string;
  fwd: Forwarded;
  /** The answer is to be made whatever is stored. */
  isForced: boolean;
  /** What is stored, though it may not be served as it is. */
  previous?: StoredResponse | undefined;
  use?: Usability['use'] | undefined;
}

/** How many variants of variants are followed, and how often another's failure is answered by a try of one's own. */
const MAX_STEPS = 6;

const declined: Incomplete = { kind: 'none' };

/**
 * A shared cache for the answers of a service to GET and HEAD (RFC 9111), in front of its handlers.
 *
 * Invariants:
 * - A request that says who asks is answered by the handler, and its answer kept from others, unless what it says is in the key.
 * - What is served to one who did not make the answer has passed `storability`, and was made for the same values of
 *   every field that it varies by. That holds for those who wait for a load, too: they are given what was to be stored, never what
 *   the handler said.
 * - Only whole answers are stored.
 */
export class ResponseCache {
  readonly #settings: ResponseCacheSettings;
  /** Keys whose answers one of this process's requests is making anew. */
  readonly #revalidating = new Set<string>();

  /** @throws TypeError when an option cannot be meant */
  constructor(options: ResponseCacheOptions, kind: CacheKind = sharedCache) {
    this.#settings = withDefaults(options, kind);
  }

  /** Never rejects: without a cache the handler answers. */
  async begin(request: CacheableRequest): Promise<Served> {
    const { rules, skip, heedsClients, key: keyOptions } = this.#settings;
    if (isUnsafe(request.method)) return { run: this.#changing(request) };
    const bypass = bypassReason(request, rules);
    if (bypass !== undefined) return this.#past(request, bypass === 'method' ? 'method' : 'bypass', bypass);
    try {
      if (skip(request)) return this.#past(request, 'bypass', 'skipped');
      const { key, tag } = responseKey(request, keyOptions);
      const wishes = heedsClients ? wishesOf(request) : noWishes;
      return await this.#serve(key, { request, wishes, precondition: preconditionOf(request), tag });
    } catch (error) {
      this.#settings.onError(error);
      return this.#past(request, 'bypass', 'cache-error');
    }
  }

  async #serve(primaryKey: string, passage: Passage): Promise<Served> {
    const { request, wishes } = passage;
    const isLookup = wishes.onlyIfCached || request.method === 'HEAD';
    let step: Step = { key: primaryKey, fwd: wishes.anew ? 'request' : 'uri-miss', isForced: wishes.anew };
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      const { key, fwd } = step;
      const hit = isLookup ? await this.#settings.cache.lookup(key) : await this.#load(step, passage);
      if (hit instanceof Run) return { run: hit };
      const record = recordOf(hit?.value);
      if (hit === undefined || record === undefined) return this.#nothing(passage, fwd, isLookup);
      // Whose answer was waited for did not come to its end: the next one is waited for, or made.
      if (record.kind === 'none') continue;
      if (record.kind === 'pass') return this.#past(request, 'bypass', record.reason);
      if (!hasSameValues(request, record.vary)) {
        step = { key: variantKey(key, request, record), fwd: 'vary-miss', isForced: wishes.anew };
        continue;
      }
      // One that must be asked for every time has been, but for another.
      if (hit.from === 'loader' && record.lifetime.freshMs > 0) {
        return this.#answer(record, { fwd, collapsed: true }, passage);
      }
      const { use, ttlSeconds } = usability(record, hit.status === 'stale', wishes, this.#settings.now());
      if (use === 'fresh' || (use === 'revalidate' && this.#revalidating.has(key))) {
        return this.#answer(record, { hit: true, ttlSeconds }, passage);
      }
      if (isLookup) return this.#nothing(passage, ttlSeconds > 0 ? 'request' : 'stale', true);
      step = { key, fwd: ttlSeconds > 0 ? 'request' : 'stale', isForced: true, previous: record, use };
    }
    return this.#past(request, step.fwd, 'too-many-steps');
  }

  /** Nothing is stored that could be served, and nobody is to be waited for. */
  #nothing({ request, wishes }: Passage, fwd: Forwarded, isLookup: boolean): Served {
    if (wishes.onlyIfCached) return { answer: notCached(this.#settings.cacheName) };
    return this.#past(request, fwd, isLookup ? undefined : 'cache-error');
  }

  /** What is stored, or what another makes at this time; or this request is the one that makes the answer. */
  async #load(step: Step, passage: Passage): Promise<Run | CacheHit<unknown> | undefined> {
    const { cache, onError, coalesceMs } = this.#settings;
    const { key, isForced, use, previous } = step;
    const turn = new Turn<CacheHit<unknown> | undefined>(coalesceMs);
    const loading = cache.load(
      key,
      async (context) => {
        const latest = recordOf(context.previous?.value);
        if (latest?.kind === 'response' && previous !== undefined && latest.storedAt > previous.storedAt) {
          // Another has made it anew since this request looked.
          context.ttlSeconds = 0;
          return latest;
        }
        const recording = this.#recording(passage);
        if (!turn.take(this.#recorded(recording, step, passage))) {
          // Whoever asked has gone on without: there is nobody any more whose request could make an answer.
          context.ttlSeconds = 0;
          return declined;
        }
        recording.stored = stored;
        context.signal.addEventListener('abort', () => recording.abort(), { once: true });
        const outcome = await recording.outcome;
        context.ttlSeconds = outcome.keptSeconds;
        context.tags.push(passage.tag, ...outcome.tags);
        return outcome.record;
      },
      { forceRefresh: isForced },
    );
    if (use === 'revalidate') this.#revalidating.add(key);
    const settle = (hit: CacheHit<unknown> | undefined): void => {
      if (use === 'revalidate') this.#revalidating.delete(key);
      turn.answer(hit);
    };
    const stored = loading.then(settle, (error: unknown) => {
      onError(error);
      settle(undefined);
    });
    return turn.outcome;
  }

  #recording({ request }: Passage): Recording {
    const { lifetime, maxBodyBytes, passSeconds, tags, storeIf, now, onError } = this.#settings;
    return new Recording({
      ...lifetime,
      maxBodyBytes,
      passSeconds,
      now,
      onError,
      isAuthorized: request.header('authorization') !== undefined,
      varyValues: (names) => varyValues(request, names),
      tags: (status, headers) => tags(request, { status, headers }),
      accepts: (status, headers) => storeIf(request, { status, headers }),
    });
  }

  #recorded(recording: Recording, { fwd, previous, use }: Step, passage: Passage): Run {
    const { request, precondition } = passage;
    const answer = (stored: StoredResponse, status: CacheStatusParameters): Answer =>
      this.#answer(stored, status, passage).answer;
    const mayServe = use === 'revalidate' || use === 'if-error';
    return new Run({
      cacheName: this.#settings.cacheName,
      status: { fwd },
      method: request.method,
      recording,
      precondition,
      shown: this.#shown(request),
      previous: previous && {
        stored: previous,
        renewed: (stored) => answer(stored, { fwd, detail: 'revalidated' }),
      },
      stale: previous && use === 'revalidate' ? () => answer(previous, { hit: true, ttlSeconds: -1 }) : undefined,
      onError: previous && mayServe ? (why) => answer(previous, { fwd: 'stale', detail: why }) : undefined,
    });
  }

  /** The whole answer is wanted, and one that depends on nothing that the key does not hold. */
  #shown(request: CacheableRequest): Record<string, string | undefined> {
    const shown: Record<string, string | undefined> = { 'if-none-match': undefined, 'if-modified-since': undefined };
    const { vary } = this.#settings.key;
    const isByCookie = !vary.includes('cookie') && vary.some((name) => name.startsWith('cookie:'));
    if (isByCookie && request.header('cookie') !== undefined) {
      const kept = varyValues(
        request,
        vary.filter((name) => name.startsWith('cookie:')),
      );
      const cookies = kept.map(([, value]) => value).filter((value) => value !== '');
      shown.cookie = cookies.length === 0 ? undefined : cookies.join('; ');
    }
    return shown;
  }

  #answer(stored: StoredResponse, status: CacheStatusParameters, passage: Passage): { answer: Answer } {
    const { cacheName, now } = this.#settings;
    const { request, precondition } = passage;
    return { answer: answerFrom(stored, status, { method: request.method, precondition, cacheName, nowMs: now() }) };
  }

  #past({ method }: CacheableRequest, fwd: Forwarded, detail: string | undefined): { run: Run } {
    return { run: new Run({ cacheName: this.#settings.cacheName, status: { fwd, detail }, method }) };
  }

  /** A successful change makes stale what is stored for its URL, before its caller knows that it was one. */
  #changing(request: CacheableRequest): Run {
    const { cacheName, cache, key, invalidates, onError } = this.#settings;
    const urlTag = (target: string): string => responseKey(request, key, target).tag;
    return new Run({
      cacheName,
      status: { fwd: 'method' },
      method: request.method,
      settle: async (status, headers) => {
        if (!hasChanged(status)) return;
        const targets = [request.target];
        for (const name of ['location', 'content-location']) {
          const target = sameOriginTarget(fieldOf(headers, name), request);
          if (target !== undefined) targets.push(target);
        }
        try {
          const more = invalidates(request, { status, headers }) ?? [];
          await invalidateAll(cache, [{ tags: targets.map(urlTag) }, ...(Array.isArray(more) ? more : [more])]);
        } catch (error) {
          onError(error);
        }
      },
    });
  }
}

/** Another's URLs are not this one's to invalidate (RFC 9111, 4.4). */
function sameOriginTarget(location: string | undefined, request: CacheableRequest): string | undefined {
  const isPath = request.target.startsWith('/');
  const base = isPath ? `http://${request.header('host') ?? 'unknown'}${request.target}` : request.target;
  if (location === undefined || !URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  if (url.host !== new URL(base).host) return undefined;
  return `${isPath ? '' : url.origin}${url.pathname}${url.search}`;
}
