import type { IncomingMessage } from 'node:http';
import { clusterPath } from '../../contracts/route-pattern.ts';

/** The URL's path, without origin and query string, as the client sent it: routers rewrite `url`, and keep `originalUrl`. */
export const pathOf = (request: IncomingMessage): string => pathIn(urlOf(request));

function urlOf(request: IncomingMessage): string {
  const original = 'originalUrl' in request ? request.originalUrl : undefined;
  return typeof original === 'string' ? original : (request.url ?? '/');
}

function pathIn(url: string): string {
  const path = before('#', before('?', url));
  // A proxy's absolute form.
  return path.startsWith('/') ? path : path.replace(/^https?:\/\/[^/]*/i, '') || '/';
}

const before = (mark: string, text: string): string => {
  const at = text.indexOf(mark);
  return at < 0 ? text : text.slice(0, at);
};

/** Of short URLs that were seen lately. Both bounds together bound their memory, whatever is asked for. */
const routes = new Map<string, string>();
const maxRoutes = 1_000;
const maxKeptLength = 200;

/** Where no framework knows the pattern, nothing but the path is known: it is clustered. At most 300 characters. */
export function clusteredRoute(request: IncomingMessage): string {
  const url = urlOf(request);
  const path = pathIn(url);
  const known = routes.get(path);
  if (known !== undefined) return known;
  const route = clusterPath(path);
  if (routes.size >= maxRoutes) routes.clear();
  // A part of a string holds the whole.
  if (url.length <= maxKeptLength) routes.set(path, route);
  return route;
}
