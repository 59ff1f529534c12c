import { type CacheStatusParameters, cacheStatus } from './cache-status.ts';
import { fieldsOfNotModified, isNotModified, type Precondition } from './conditional.ts';
import type { HeaderFields } from './header-fields.ts';
import { ageMsOf, bodyOf, type StoredResponse } from './stored-response.ts';

/** What a client is given without the handler. */
export interface Answer {
  status: number;
  headers: HeaderFields;
  /** Undefined where there is none to be sent: for HEAD, 204 and 304. Not to be changed. */
  body: Uint8Array | undefined;
}

export interface AnswerContext {
  method: string;
  precondition: Precondition;
  cacheName: string;
  nowMs: number;
}

/** A stored answer for one request: with its age, and as 304 when the client has it already. */
export function answerFrom(stored: StoredResponse, status: CacheStatusParameters, context: AnswerContext): Answer {
  const { method, precondition, cacheName, nowMs } = context;
  const body = bodyOf(stored);
  const headers: [string, string][] = [
    ...stored.headers,
    ['age', String(Math.floor(ageMsOf(stored, nowMs) / 1_000))],
    ['cache-status', cacheStatus(cacheName, status)],
  ];
  if (stored.status === 200 && isNotModified(precondition, stored.headers)) {
    return { status: 304, headers: fieldsOfNotModified(headers), body: undefined };
  }
  if (stored.status === 204) return { status: 204, headers, body: undefined };
  headers.push(['content-length', String(body.length)]);
  return { status: stored.status, headers, body: method === 'HEAD' ? undefined : body };
}

/** For `only-if-cached` (RFC 9111, 5.2.1.7). */
export const notCached = (cacheName: string): Answer => ({
  status: 504,
  headers: [
    ['cache-status', `${cacheName}; detail=only-if-cached`],
    ['content-length', '0'],
  ],
  body: undefined,
});
