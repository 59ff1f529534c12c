/** Why a request went on to the handler (RFC 9211, 2.2). */
export type Forwarded = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'miss' | 'request' | 'stale';

/** What a cache did with a request, as the field `Cache-Status` says it. */
export type CacheStatusParameters =
  | { hit: true; ttlSeconds: number }
  | { fwd: Forwarded; collapsed?: boolean; stored?: boolean; ttlSeconds?: number; detail?: string | undefined };

/** @param field what caches nearer to the origin have said, which comes first */
export function cacheStatus(cacheName: string, parameters: CacheStatusParameters, field?: string): string {
  const said = [cacheName];
  if ('hit' in parameters) said.push('hit');
  else {
    const { fwd, stored, collapsed, detail } = parameters;
    said.push(`fwd=${fwd}`);
    if (stored) said.push('stored');
    if (collapsed) said.push('collapsed');
    if (detail !== undefined) said.push(`detail=${detail}`);
  }
  if (parameters.ttlSeconds !== undefined) said.push(`ttl=${Math.floor(parameters.ttlSeconds)}`);
  const own = said.join('; ');
  return field === undefined || field === '' ? own : `${field}, ${own}`;
}
