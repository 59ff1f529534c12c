/** Fields that clients and proxies send with every request, and that say nothing of who asks or of what is asked for. */
const known = new Set([
  'accept',
  'accept-charset',
  'accept-encoding',
  'accept-language',
  'cache-control',
  'connection',
  'dnt',
  'forwarded',
  'host',
  'if-modified-since',
  'if-none-match',
  'keep-alive',
  'origin',
  'pragma',
  'priority',
  'purpose',
  'referer',
  'save-data',
  'te',
  'traceparent',
  'tracestate',
  'upgrade-insecure-requests',
  'user-agent',
  'via',
  'x-amzn-trace-id',
  'x-correlation-id',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-port',
  'x-forwarded-prefix',
  'x-forwarded-proto',
  'x-real-ip',
  'x-request-id',
]);

/**
 * Whether a request says something that nobody but its service understands: a tenant, a version, a flag. Whoever did not write the
 * service cannot know that its answers do not depend on it, whatever their `Vary` says.
 */
export const hasUnknownField = (names: readonly string[]): boolean =>
  names.some((name) => !known.has(name) && !name.startsWith('sec-'));
