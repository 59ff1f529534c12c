export interface Backoff {
  readonly baseMs: number;
  readonly maxMs: number;
}

/**
 * How long to wait before trying again: anything up to an exponentially growing bound, so that clients that failed together
 * do not come back together ("full jitter": https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/).
 *
 * @param failures how many tries failed so far, at least 1
 */
export const backoffMs = (failures: number, { baseMs, maxMs }: Backoff, random = Math.random): number =>
  random() * Math.min(maxMs, baseMs * 2 ** Math.min(failures - 1, 30));

/** What a `Retry-After` header asks for (RFC 9110, 10.2.3: seconds, or a date); undefined when it says nothing sensible. */
export function retryAfterMs(header: string | null | undefined, nowMs = Date.now()): number | undefined {
  if (header === null || header === undefined) return undefined;
  const text = header.trim();
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
