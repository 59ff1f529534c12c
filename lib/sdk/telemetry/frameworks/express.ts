import { clusterPath } from '../../../contracts/route-pattern.ts';
import { pathOf } from '../route-of.ts';
import type { RoutedRequest } from './routed-request.ts';

/** Of Express, and of what stands on it. Below a router's prefix as it was asked for, with what looks like values replaced. */
export function expressRoute(request: RoutedRequest): string | undefined {
  const { route, baseUrl } = request;
  if (typeof route !== 'object' || route === null || !('path' in route)) return undefined;
  const { path } = route;
  // A regular expression is no name, and of several paths nothing says which one it was.
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined;
  const mounted = typeof baseUrl === 'string' && baseUrl !== '' ? baseUrl : mountedAt(pathOf(request), path);
  const prefix = mounted === '' ? '' : clusterPath(mounted);
  return path === '/' && prefix !== '' ? prefix : prefix + path;
}

/** On its way to the handler of errors, a request has left its router's prefix behind: it is what the path has more than the pattern. */
function mountedAt(path: string, pattern: string): string {
  // What a wildcard or an optional part stood for is not known.
  if (/[*{(?+]/.test(pattern)) return '';
  const segments = path.split('/');
  const own = pattern === '/' ? 0 : pattern.split('/').length - 1;
  return segments.slice(0, Math.max(1, segments.length - own)).join('/');
}
