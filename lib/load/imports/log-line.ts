/** What a line of an access log says of a request. */
export interface LoggedRequest {
  method: string;
  /** As it was asked for: path and query, or the address in the form that is sent to proxies. */
  target: string;
  status: number | undefined;
  /** ms since the epoch */
  timeMs: number | undefined;
  userAgent: string | undefined;
}

/**
 * From `[time]` on, so that whatever a server writes before the time, such as the virtual host, does not matter:
 * `127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a HTTP/1.1" 200 2326 "referer" "user agent"`.
 */
const COMBINED =
  /\[([^\]]{1,40})\] "((?:[^"\\]|\\.){1,9000})" (\d{3}|-)(?: \S+ "(?:[^"\\]|\\.)*" "((?:[^"\\]|\\.)*)")?/;

/** A line of the common or the combined log format of Apache and nginx. @returns undefined where it is none */
export function parseCombinedLine(line: string): LoggedRequest | undefined {
  const [, time = '', request = '', status, userAgent] = COMBINED.exec(line) ?? [];
  const sent = parseRequestLine(request);
  return sent && { ...sent, status: numberOf(status), timeMs: timeMsOf(time), userAgent };
}

/** `GET /products?page=2 HTTP/1.1` */
export function parseRequestLine(text: string): Pick<LoggedRequest, 'method' | 'target'> | undefined {
  const [, method, target] = /^([A-Za-z]{1,20}) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/.exec(text) ?? [];
  return method === undefined || target === undefined ? undefined : { method, target: withoutEscapes(target) };
}

/** Servers escape what would break their lines (`\x22`, `\"`): in a request it stands percent-encoded. */
const withoutEscapes = (target: string): string =>
  target
    .replace(/\\x([0-9A-Fa-f]{2})/g, '%$1')
    .replaceAll('\\"', '%22')
    .replace(/\\\\?/g, '%5C');

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'number' || (typeof value === 'string' && value !== '') ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const CLF_TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}:\d{2}:\d{2}) ([+-]\d{2})(\d{2})$/;

/** From these on, a number counts milliseconds, or microseconds, and no seconds. */
const fewestMs = 1e11;
const fewestMicroseconds = 1e14;

/** @param time as in `[10/Oct/2000:13:55:36 -0700]`, ISO 8601, or a number since the epoch in s, ms or µs */
export function timeMsOf(time: unknown): number | undefined {
  const number = numberOf(time);
  if (number !== undefined) {
    return number >= fewestMicroseconds ? number / 1000 : number >= fewestMs ? number : number * 1000;
  }
  if (typeof time !== 'string') return undefined;
  const [, day, month = '', year, clock, hours, minutes] = CLF_TIME.exec(time) ?? [];
  const iso =
    day === undefined
      ? time
      : `${year}-${String(months.indexOf(month) + 1).padStart(2, '0')}-${day}T${clock}${hours}:${minutes}`;
  const parsed = Date.parse(iso);
  return Number.isNaN(parsed) ? undefined : parsed;
}
