import { CacheControl } from './cache-control.ts';
import { fieldOf, type HeaderFields, listOf } from './header-fields.ts';
import { type AnswerLifetime, hasValidator, type LifetimeOptions, lifetimeOf } from './lifetime.ts';

/** Why an answer is not stored; the words are for `Cache-Status`. */
export type RefusalReason =
  | 'status'
  | 'set-cookie'
  | 'no-store'
  | 'private'
  | 'no-cache'
  | 'authorization'
  | 'vary'
  | 'no-lifetime'
  | 'partial'
  | 'event-stream'
  | 'trailer'
  | 'too-large'
  | 'skipped';

export type Storability =
  | { lifetime: AnswerLifetime /** Names of the request's fields, in lower case. */; vary: readonly string[] }
  | { refused: RefusalReason };

export interface StorableOptions extends LifetimeOptions {
  maxBodyBytes: number;
}

/** Statuses that say something of the one request, or a part of the answer. */
const neverStored = new Set([206, 304, 401, 407, 416, 421, 425, 428, 429]);
/** An answer to a request with `Authorization` may be stored when it says one of these (RFC 9111, 3.5). */
const forEveryone = ['public', 's-maxage', 'must-revalidate'];

/** Names that the answer's `Vary` lists, and `origin` where the answer names one that may read it. */
function variesBy(fields: HeaderFields): string[] {
  const names = listOf(fieldOf(fields, 'vary')?.toLowerCase());
  const allowed = fieldOf(fields, 'access-control-allow-origin');
  if (allowed !== undefined && allowed.trim() !== '*') names.push('origin');
  return [...new Set(names)].sort();
}

/**
 * Whether a shared (or private) cache may store an answer to a GET (RFC 9111, 3). Whatever is doubtful is refused.
 *
 * @param isAuthorized the request had the field `Authorization`
 */
export function storability(
  status: number,
  fields: HeaderFields,
  isAuthorized: boolean,
  nowMs: number,
  options: StorableOptions,
): Storability {
  const control = new CacheControl(fieldOf(fields, 'cache-control'));
  const has = (name: string): boolean => fields.some(([each]) => each === name);
  const isChecked =
    control.has('no-cache') || (!has('cache-control') && /\bno-cache\b/i.test(fieldOf(fields, 'pragma') ?? ''));
  const mayBeAsked = (options.revalidateSeconds ?? 0) > 0 && hasValidator(fields);
  const refusals: [boolean, RefusalReason][] = [
    [status < 200 || status > 599 || neverStored.has(status), 'status'],
    [options.isShared && has('set-cookie'), 'set-cookie'],
    [control.has('no-store'), 'no-store'],
    // With names of fields they could be stored without those; who names them knows why, so all of it is left.
    [options.isShared && control.has('private'), 'private'],
    [isChecked && !mayBeAsked, 'no-cache'],
    [options.isShared && isAuthorized && !forEveryone.some((name) => control.has(name)), 'authorization'],
    [has('content-range'), 'partial'],
    [has('trailer'), 'trailer'],
    [/^text\/event-stream\b/i.test(fieldOf(fields, 'content-type') ?? ''), 'event-stream'],
    [Number(fieldOf(fields, 'content-length') ?? 0) > options.maxBodyBytes, 'too-large'],
  ];
  for (const [isRefused, refused] of refusals) if (isRefused) return { refused };
  const vary = variesBy(fields);
  if (vary.includes('*')) return { refused: 'vary' };
  const lifetime = lifetimeOf(status, fields, nowMs, options);
  return lifetime === undefined ? { refused: 'no-lifetime' } : { lifetime, vary };
}
