import { maxTtlSeconds, minTtlSeconds } from '../../contracts/cache-policy.ts';
import { type AnswerLifetime, keptMs } from './lifetime.ts';
import type { VaryValue } from './response-key.ts';

/** An answer as it lies in the cache: plain data, so that any namespace takes it. */
export interface StoredResponse {
  kind: 'response';
  status: number;
  headers: [string, string][];
  /** UTF-8 as it is, other bytes as base64. */
  body: { text: string } | { base64: string };
  /** The values of the request's fields that it was made for. */
  vary: VaryValue[];
  /** Epoch milliseconds. */
  storedAt: number;
  lifetime: AnswerLifetime;
}

/** That there is nothing to share: who finds it goes to the handler at once and waits for nobody. */
export interface Pass {
  kind: 'pass';
  /** For `Cache-Status`. */
  reason: string;
}

/** That nothing came of a load, which says nothing of the next. */
export interface Incomplete {
  kind: 'none';
}

export type CachedRecord = StoredResponse | Pass | Incomplete;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((each) => typeof each === 'string');
const isPairs = (value: unknown): boolean => Array.isArray(value) && value.every(isTexts);
const isTimes = (value: unknown): boolean =>
  isObject(value) &&
  ['freshMs', 'ageMs', 'staleWhileRevalidateMs', 'staleIfErrorMs', 'retainMs'].every((name) =>
    Number.isFinite(value[name]),
  );
const isBody = (value: unknown): boolean =>
  isObject(value) && (typeof value.text === 'string' || typeof value.base64 === 'string');

function isResponse(value: object): value is StoredResponse {
  const { status, headers, body, vary, storedAt, lifetime } = value as Partial<Record<keyof StoredResponse, unknown>>;
  const areNumbers = Number.isInteger(status) && Number.isFinite(storedAt);
  return areNumbers && isPairs(headers) && isPairs(vary) && isBody(body) && isTimes(lifetime);
}

const checked = new WeakMap<object, CachedRecord | null>();

/** @returns undefined for what is not ours, or of another version: others may write to the same namespace */
export function recordOf(value: unknown): CachedRecord | undefined {
  if (!isObject(value)) return undefined;
  // From memory the same object comes every time.
  const known = checked.get(value);
  if (known !== undefined) return known ?? undefined;
  const record = read(value);
  checked.set(value, record ?? null);
  return record;
}

function read(value: Record<string, unknown>): CachedRecord | undefined {
  const { kind, reason } = value;
  if (kind === 'none') return { kind };
  if (kind === 'pass' && typeof reason === 'string') return { kind, reason };
  return kind === 'response' && isResponse(value) ? value : undefined;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function storedBody(bytes: Uint8Array): StoredResponse['body'] {
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    return { base64: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64') };
  }
}

const bodies = new WeakMap<StoredResponse, Uint8Array>();

/** Callers share it: it is not to be changed. */
export function bodyOf(stored: StoredResponse): Uint8Array {
  const known = bodies.get(stored);
  if (known !== undefined) return known;
  const { body } = stored;
  const bytes = 'text' in body ? Buffer.from(body.text) : Buffer.from(body.base64, 'base64');
  bodies.set(stored, bytes);
  return bytes;
}

/** RFC 9111, 4.2.3 */
export const ageMsOf = ({ storedAt, lifetime }: StoredResponse, nowMs: number): number =>
  Math.max(0, lifetime.ageMs + nowMs - storedAt);

/** For how long an answer that is stored now is kept; 0 when it is of no use at all. */
export function keptSeconds(lifetime: AnswerLifetime): number {
  const seconds = keptMs(lifetime) / 1_000;
  return seconds < minTtlSeconds ? 0 : Math.min(seconds, maxTtlSeconds);
}
