import { telemetryLimits } from './telemetry-limits.ts';

/** What stands in a route for a value. */
export const valuePlaceholder = ':id';
const maxSegments = 10;
/** Longer segments are slugs, tokens or titles. */
const maxNameLength = 24;
const minHexLength = 8;
/** `v2024`, `page404`, `order66` are names; what has more digits is a number with an ornament. */
const minDigitsOfAnId = 4;

/** Whether a segment of a path looks like a value (a number, a UUID, a hash, a date, a slug) and not like a name. */
export function looksLikeValue(segment: string): boolean {
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
  for (let i = 1; i < segments.length; i++) if (looksLikeValue(segments[i] ?? '')) segments[i] = valuePlaceholder;
  const kept = segments.length > maxSegments ? [...segments.slice(0, maxSegments), '*'] : segments;
  return kept.join('/').slice(0, telemetryLimits.route) || '/';
}
