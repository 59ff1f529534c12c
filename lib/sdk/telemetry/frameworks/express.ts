import { clusterPath } from '../../../contracts/route-pattern.ts';
import { pathOf } from '../route-of.ts';
import type { RoutedRequest } from './routed-request.ts';

/** Of each route, what it was called when it was asked for last: with every query of a request it is asked for again. */
const named = new WeakMap<object, { readonly isBelow: boolean; readonly at: string; readonly pattern: string }>();

/** Of Express, and of what stands on it. Below a router's prefix as it was asked for, with what looks like values replaced. */
export function expressRoute(request: RoutedRequest): string | undefined {
  const { route, baseUrl } = request;
  if (typeof route !== 'object' || route === null || !('path' in route)) return undefined;
  const { path } = route;
  // A regular expression is no name, and of several paths nothing says which one it was.
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined;
  const isBelow = typeof baseUrl === 'string' && baseUrl !== '';
  const at = isBelow ? baseUrl : pathOf(request);
  const last = named.get(route);
  if (last?.at === at && last.isBelow === isBelow) return last.pattern;
  const pattern = patternBelow(isBelow ? at : mountedAt(at, path), path);
  named.set(route, { isBelow, at, pattern });
  return pattern;
}

function patternBelow(mounted: string, path: string): string {
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
