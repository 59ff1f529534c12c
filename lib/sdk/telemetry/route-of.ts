import type { IncomingMessage } from 'node:http';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';

const placeholder = ':id';
const maxSegments = 10;
/** Longer segments are slugs, tokens or titles. */
const maxNameLength = 24;
const minHexLength = 8;
/** `v2024`, `page404`, `order66` are names; what has more digits is a number with an ornament. */
const minDigitsOfAnId = 4;

/** Whether a segment of a path looks like a value (a number, a UUID, a hash, a date, a slug) and not like a name. */
function isValue(segment: string): boolean {
  if (segment.length > maxNameLength) return true;
  let digits = 0;
  let hex = 0;
  for (let i = 0; i < segment.length; i++) {
    const code = segment.charCodeAt(i);
    if (code >= 48 && code <= 57) digits++;
    else if ((code >= 97 && code <= 102) || (code >= 65 && code <= 70) || code === 45) hex++;
    // `@` and `%`: addresses and escaped text are what users typed.
    else if (code === 64 || code === 37) return true;
  }
  if (digits === 0) return false;
  if (digits + hex === segment.length && (hex === 0 || segment.length >= minHexLength)) return true;
  return /^\d+[-_.,:]/.test(segment) || (digits >= minDigitsOfAnId && !/^v\d/.test(segment));
}

/** The path with the segments that look like values replaced: `/orders/4711/items` gives `/orders/:id/items`. */
export function clusterPath(path: string): string {
  const segments = path.split('/');
  for (let i = 1; i < segments.length; i++) if (isValue(segments[i] ?? '')) segments[i] = placeholder;
  const kept = segments.length > maxSegments ? [...segments.slice(0, maxSegments), '*'] : segments;
  return kept.join('/').slice(0, telemetryLimits.route) || '/';
}

/** The URL's path, without origin and query string, as the client sent it: routers rewrite `url`, and keep `originalUrl`. */
export function pathOf(request: IncomingMessage): string {
  const original = 'originalUrl' in request ? request.originalUrl : undefined;
  const url = typeof original === 'string' ? original : (request.url ?? '/');
  const end = url.search(/[?#]/);
  const path = end < 0 ? url : url.slice(0, end);
  // A proxy's absolute form.
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/]*/i, '') || '/';
}

/**
 * The pattern that the request belongs to, at most 300 characters. Of an unknown framework nothing but the path is known: it is clustered. What
 * frameworks know of their routes belongs in here.
 */
export const routeOf = (request: IncomingMessage): string => clusterPath(pathOf(request));
