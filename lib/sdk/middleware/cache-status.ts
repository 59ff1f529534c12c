/** Why a request went on to the handler (RFC 9211, 2.2). */
export type Forwarded = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'miss' | 'request' | 'stale';

/** What a cache did with a request, as the field `Cache-Status` says it. */
export type CacheStatusParameters =
  | { hit: true; ttlSeconds: number }
  | { fwd: Forwarded; collapsed?: boolean; detail?: string | undefined };

/** @param field what caches nearer to the origin have said, which comes first */
export function cacheStatus(cacheName: string, parameters: CacheStatusParameters, field?: string): string {
  const said = [cacheName];
  if ('hit' in parameters) said.push('hit', `ttl=${Math.floor(parameters.ttlSeconds)}`);
  else {
    const { fwd, collapsed, detail } = parameters;
    said.push(`fwd=${fwd}`);
    if (collapsed) said.push('collapsed');
    if (detail !== undefined) said.push(`detail=${detail}`);
  }
  const own = said.join('; ');
  return field === undefined || field === '' ? own : `${field}, ${own}`;
}
