/** How the end of the body is known (RFC 9112, 6.3): its length in bytes, by chunks, or by the end of the connection. */
export type Framing = number | 'chunked' | 'until-close';

export type ResponseHead = {
  status: number;
  framing: Framing;
  keepAlive: boolean;
  keepAliveTimeoutSeconds: number | undefined;
};

const CR = 13;
const LF = 10;
const COLON = 58;

/** token characters (RFC 9110, 5.6.2), by code. */
export const isTokenCharacter = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  isTokenCharacter[character.charCodeAt(0)] = 1;
}

/** Control characters other than tab do not belong into a value. */
export const isValueCharacter = new Uint8Array(256);
for (let code = 0; code < 256; code++) isValueCharacter[code] = code === 9 || (code >= 32 && code !== 127) ? 1 : 0;

/** The blanks around a value do not belong to it; `trim` would also take the no-break space. */
export const withoutBlanks = (value: string): string => value.replace(/^[ \t]+|[ \t]+$/g, '');

const VERSION = Buffer.from('HTTP/1.', 'latin1');

function startsWithVersion(bytes: Buffer, start: number, end: number): boolean {
  const length = Math.min(VERSION.length, end - start);
  for (let i = 0; i < length; i++) if (bytes[start + i] !== VERSION[i]) return false;
  return true;
}

/** Whether bytes without a head's end can still become a head: what cannot is refused at once, not when time is up. */
export function canBecomeHead(bytes: Buffer, start: number, end: number): boolean {
  if (!startsWithVersion(bytes, start, end)) return false;
  for (let at = bytes.indexOf(LF, start); at >= 0 && at < end; at = bytes.indexOf(LF, at + 1)) {
    if (bytes[at - 1] !== CR) return false;
  }
  return true;
}

const digitAt = (bytes: Buffer, at: number): number => (bytes[at] ?? 0) - 48;

/** `HTTP/1.1 200 OK`; the reason may be missing. @returns the status, or 0 when the line is something else. */
function parseStatusLine(bytes: Buffer, start: number, end: number): number {
  if (end - start < 12 || !startsWithVersion(bytes, start, end)) return 0;
  const minor = digitAt(bytes, start + 7);
  if ((minor !== 0 && minor !== 1) || bytes[start + 8] !== 32) return 0;
  if (end - start > 12 && bytes[start + 12] !== 32) return 0;
  let status = 0;
  for (let at = start + 9; at < start + 12; at++) {
    const digit = digitAt(bytes, at);
    if (digit < 0 || digit > 9) return 0;
    status = status * 10 + digit;
  }
  return status >= 100 ? status : 0;
}

/** Only these are looked at; their lengths and first letters tell most other headers apart at once. */
function isRelevant(bytes: Buffer, at: number, nameLength: number): boolean {
  const letter = (bytes[at] ?? 0) | 32;
  switch (nameLength) {
    case 10: // connection, keep-alive
      return letter === 99 || letter === 107;
    case 14: // content-length
      return letter === 99;
    case 17: // transfer-encoding
      return letter === 116;
    default:
      return false;
  }
}

const tokens = (list: string): string[] => list.split(',').map((token) => withoutBlanks(token).toLowerCase());

/** The headers that say where the response ends and whether another may follow. */
class HeadFields {
  contentLength = -1;
  hasTransferEncoding = false;
  isChunked = false;
  saysClose = false;
  saysKeepAlive = false;
  keepAliveTimeoutSeconds: number | undefined;

  /** @returns what is wrong with it, if anything is. */
  take(name: string, value: string): string | undefined {
    switch (name.toLowerCase()) {
      case 'content-length': {
        if (this.contentLength >= 0) return 'it has Content-Length twice';
        this.contentLength = /^\d+$/.test(value) ? Number(value) : Number.NaN;
        return Number.isSafeInteger(this.contentLength) ? undefined : 'its Content-Length is no number';
      }
      case 'transfer-encoding':
        if (value === '') return 'its Transfer-Encoding is empty';
        this.hasTransferEncoding = true;
        // Only the last coding tells where the body ends.
        this.isChunked = tokens(value).at(-1) === 'chunked';
        return undefined;
      case 'connection': {
        if (value === 'keep-alive') {
          this.saysKeepAlive = true;
          return undefined;
        }
        const options = tokens(value);
        this.saysClose ||= options.includes('close');
        this.saysKeepAlive ||= options.includes('keep-alive');
        return undefined;
      }
      case 'keep-alive': {
        const seconds = /(?:^|[,\s])timeout=(\d{1,9})/i.exec(value)?.[1];
        if (seconds !== undefined) this.keepAliveTimeoutSeconds = Number(seconds);
        return undefined;
      }
      default:
        return undefined;
    }
  }
}

/**
 * Parses a whole head, from the status line to the blank line (`end` is the index after it).
 * @returns what is wrong with it as a text, when something is.
 */
export function parseResponseHead(bytes: Buffer, start: number, end: number): ResponseHead | string {
  let lineEnd = bytes.indexOf(CR, start);
  const status = parseStatusLine(bytes, start, lineEnd);
  if (status === 0) return 'it does not begin with an HTTP/1.x status line';
  if (bytes.indexOf(LF, start) !== lineEnd + 1) return 'its status line does not end with CR and LF';
  const isVersion11 = bytes[start + 7] === 49;

  const fields = new HeadFields();
  let at = lineEnd + 2;
  while (at < end - 2) {
    let colon = at;
    while (isTokenCharacter[bytes[colon] ?? 0] === 1) colon++;
    if (colon === at || bytes[colon] !== COLON) return 'a header line has no valid name';
    lineEnd = colon + 1;
    while (isValueCharacter[bytes[lineEnd] ?? 0] === 1) lineEnd++;
    if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) return 'a header has control characters';
    if (isRelevant(bytes, at, colon - at)) {
      const wrong = fields.take(
        bytes.toString('latin1', at, colon),
        withoutBlanks(bytes.toString('latin1', colon + 1, lineEnd)),
      );
      if (wrong !== undefined) return wrong;
    }
    at = lineEnd + 2;
  }
  if (fields.hasTransferEncoding && fields.contentLength >= 0) {
    return 'it has both Transfer-Encoding and Content-Length';
  }
  const unknownLength: Framing = fields.contentLength >= 0 ? fields.contentLength : 'until-close';
  return {
    status,
    framing: fields.isChunked ? 'chunked' : unknownLength,
    keepAlive: !fields.saysClose && (isVersion11 || fields.saysKeepAlive),
    keepAliveTimeoutSeconds: fields.keepAliveTimeoutSeconds,
  };
}
