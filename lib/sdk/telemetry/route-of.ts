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

/** Where no framework knows the pattern, nothing but the path is known: it is clustered. At most 300 characters. */
export const clusteredRoute = (request: IncomingMessage): string => clusterPath(pathOf(request));
