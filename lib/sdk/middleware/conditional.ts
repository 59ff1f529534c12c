import type { CacheableRequest } from './cacheable-request.ts';
import { fieldOf, type HeaderFields, listOf } from './header-fields.ts';

/** What a client has already: it wants no body when that is still right. */
export interface Precondition {
  ifNoneMatch: string | undefined;
  ifModifiedSince: string | undefined;
}

export const preconditionOf = (request: CacheableRequest): Precondition => ({
  ifNoneMatch: request.header('if-none-match'),
  ifModifiedSince: request.header('if-modified-since'),
});

const opaque = (tag: string): string => tag.replace(/^W\//, '');

/** Whether 304 is the answer in place of these fields with 200 (RFC 9110, 13.2.2); validators are compared weakly. */
export function isNotModified({ ifNoneMatch, ifModifiedSince }: Precondition, fields: HeaderFields): boolean {
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === '*') return true;
    const etag = fieldOf(fields, 'etag');
    return etag !== undefined && listOf(ifNoneMatch).some((tag) => opaque(tag) === opaque(etag));
  }
  const lastModified = fieldOf(fields, 'last-modified');
  if (ifModifiedSince === undefined || lastModified === undefined) return false;
  return Date.parse(lastModified) <= Date.parse(ifModifiedSince);
}

/** Describe the body, which a 304 does not have (RFC 9110, 15.4.5). */
const ofTheBody = new Set(['content-encoding', 'content-language', 'content-length', 'content-range', 'content-type']);

export const fieldsOfNotModified = (fields: HeaderFields): HeaderFields =>
  fields.filter(([name]) => !ofTheBody.has(name) && name !== 'transfer-encoding');
