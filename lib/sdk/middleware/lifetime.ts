import { CacheControl } from './cache-control.ts';
import { fieldOf, type HeaderFields } from './header-fields.ts';

/** For how long an answer serves, in milliseconds. */
export interface AnswerLifetime {
  /** Fresh for so long since it was made at its origin. */
  freshMs: number;
  /** How old it was when it was received. */
  ageMs: number;
  /** After that it may be served while it is made anew, or when that fails, for so long each. */
  staleWhileRevalidateMs: number;
  staleIfErrorMs: number;
  /** It is kept for so long after that, to be asked for by its validator. */
  retainMs: number;
}

export interface LifetimeOptions {
  /** For answers that may be stored by their status and do not say for how long. */
  ttlSeconds?: number | undefined;
  /** For answers that do not say it themselves. */
  staleWhileRevalidateSeconds?: number | undefined;
  staleIfErrorSeconds?: number | undefined;
  /** For answers with a validator, by a cache that asks whether they are still right. */
  revalidateSeconds?: number | undefined;
  /** A shared cache heeds `s-maxage`, `proxy-revalidate`; a private one does not. */
  isShared: boolean;
}

/** RFC 9110, 15.1 */
const heuristicallyCacheable = new Set([200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501]);

const dateOf = (text: string | undefined): number => (text === undefined ? Number.NaN : Date.parse(text));

/** RFC 9111, 4.2.3, without the time that the request took: answers come from the same process. */
function initialAgeMs(fields: HeaderFields, nowMs: number): number {
  const age = fieldOf(fields, 'age')?.split(',')[0]?.trim() ?? '';
  const apparentMs = nowMs - dateOf(fieldOf(fields, 'date'));
  // The field Date counts whole seconds.
  return Math.max(/^\d+$/.test(age) ? Number(age) * 1_000 : 0, apparentMs >= 1_000 ? apparentMs : 0);
}

/** RFC 9111, 4.2.1. @returns undefined when the answer does not say */
function explicitMs(control: CacheControl, fields: HeaderFields, nowMs: number, isShared: boolean): number | undefined {
  const seconds = (isShared ? control.seconds('s-maxage') : undefined) ?? control.seconds('max-age');
  if (seconds !== undefined) return seconds * 1_000;
  const expires = fieldOf(fields, 'expires');
  if (expires === undefined) return undefined;
  const date = dateOf(fieldOf(fields, 'date'));
  const lastsMs = dateOf(expires) - (Number.isNaN(date) ? nowMs : date);
  // What is no date, `0` above all, says that it has expired (RFC 9111, 5.3).
  return lastsMs > 0 ? lastsMs : 0;
}

/**
 * A window that the answer itself names goes before the one of the options; what must be revalidated is served stale by
 * neither. `s-maxage` alone forbids it too (RFC 9111, 5.2.2.10), but not against the answer's own word.
 */
function windowMs(control: CacheControl, name: string, byDefault: number | undefined, isShared: boolean): number {
  if (control.has('no-cache') || control.has('must-revalidate') || (isShared && control.has('proxy-revalidate')))
    return 0;
  return (control.seconds(name) ?? byDefault ?? 0) * 1_000;
}

/** Something to ask by whether an answer is still right (RFC 9110, 8.8). */
export const hasValidator = (fields: HeaderFields): boolean =>
  fields.some(([name]) => name === 'etag' || name === 'last-modified');

/** @returns undefined when nothing says for how long the answer serves, or when it never does */
export function lifetimeOf(
  status: number,
  fields: HeaderFields,
  nowMs: number,
  options: LifetimeOptions,
): AnswerLifetime | undefined {
  const { isShared, ttlSeconds } = options;
  const control = new CacheControl(fieldOf(fields, 'cache-control'));
  const byDefaultMs = ttlSeconds !== undefined && heuristicallyCacheable.has(status) ? ttlSeconds * 1_000 : undefined;
  const knownMs = explicitMs(control, fields, nowMs, isShared) ?? byDefaultMs;
  const { staleWhileRevalidateSeconds, staleIfErrorSeconds, revalidateSeconds = 0 } = options;
  const retainMs = hasValidator(fields) ? revalidateSeconds * 1_000 : 0;
  if (knownMs === undefined && retainMs === 0) return undefined;
  const lifetime: AnswerLifetime = {
    freshMs: control.has('no-cache') ? 0 : (knownMs ?? 0),
    ageMs: initialAgeMs(fields, nowMs),
    staleWhileRevalidateMs: windowMs(control, 'stale-while-revalidate', staleWhileRevalidateSeconds, isShared),
    staleIfErrorMs: windowMs(control, 'stale-if-error', staleIfErrorSeconds, isShared),
    retainMs,
  };
  return keptMs(lifetime) > 0 ? lifetime : undefined;
}

/** How much longer than now it may be of any use. */
export const keptMs = ({ freshMs, ageMs, staleWhileRevalidateMs, staleIfErrorMs, retainMs }: AnswerLifetime): number =>
  Math.max(0, freshMs - ageMs) + Math.max(staleWhileRevalidateMs, staleIfErrorMs, retainMs);
