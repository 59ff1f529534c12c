/** What became of sending something once. */
export type Outcome =
  | { delivered: true; status?: number }
  | {
      delivered: false;
      /** Trying again cannot help. */
      final: boolean;
      /** What the receiver answered. Absent: it did not. */
      status?: number;
      /** What the receiver asked for. */
      retryAfterMs?: number;
      /** For people; never what the receiver wrote, which may be anything. */
      detail: string;
    };

/** Of the statuses from 400 to 499 those after which the same request may be taken: timeout, conflict, too early, too many. */
const passing: ReadonlySet<number> = new Set([408, 409, 425, 429]);

/** @param retryAfter as the receiver sent it @param now epoch milliseconds */
export function outcomeOf(status: number, retryAfter: string | undefined, now: number): Outcome {
  if (status >= 200 && status <= 299) return { delivered: true, status };
  const retryAfterMs = retryAfterOf(retryAfter, now);
  return {
    delivered: false,
    final: status < 500 && !passing.has(status),
    status,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    detail: `The receiver answered ${status}.`,
  };
}

/** No receiver may put off longer: what is wrong should be known before. */
const longestMs = 60 * 60_000;

/** RFC 9110, section 10.2.3: seconds, or a date. @returns milliseconds, or undefined where it says nothing */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(longestMs, Math.max(0, ms));
}
