import type { IncomingMessage } from 'node:http';
import { clusterPath } from '../../contracts/route-pattern.ts';

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
