/** So many requests a minute in the long run, and as many at once after a pause. */
export interface Quota {
  perMinute: number;
}

export interface Taken {
  isAllowed: boolean;
  /** Whole requests that could come at once now. */
  remaining: number;
  /** Until so many as ever could come at once. */
  fullInMs: number;
  /** Until the next request is allowed; 0 where it is now. */
  waitMs: number;
  /** What to keep of the bucket: when it will be full, in epoch milliseconds. */
  fullAt: number;
}

const minuteMs = 60_000;
/** Times are sums of fractions of milliseconds: what is due at a time must not be refused at it for the last bit of one. */
const roundingMs = 1e-3;

/**
 * A token bucket of which one number is kept (GCRA, the generic cell rate algorithm): when it will be full again. Each
 * request moves that on by what one request takes to come back; who would move it further than a minute ahead is refused,
 * and moves nothing.
 *
 * @param fullAt as it was kept, in epoch milliseconds; undefined: the bucket is full
 */
export function take(fullAt: number | undefined, now: number, { perMinute }: Quota): Taken {
  const intervalMs = minuteMs / perMinute;
  // No bucket takes longer to fill than a minute: what lies further ahead was kept before the clock was set back.
  const isKnown = fullAt !== undefined && fullAt <= now + minuteMs + roundingMs;
  const before = isKnown ? Math.max(fullAt, now) : now;
  const after = before + intervalMs;
  const isAllowed = after - now <= minuteMs + roundingMs;
  const kept = isAllowed ? after : before;
  return {
    isAllowed,
    remaining: Math.max(0, Math.floor((now + minuteMs - kept + roundingMs) / intervalMs)),
    fullInMs: kept - now,
    waitMs: isAllowed ? 0 : after - now - minuteMs,
    fullAt: kept,
  };
}
