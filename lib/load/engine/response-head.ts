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
const isTokenCharacter = new Uint8Array(256);
for (const character of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  isTokenCharacter[character.charCodeAt(0)] = 1;
}

const digitAt = (bytes: Buffer, at: number): number => (bytes[at] ?? 0) - 48;

/** `HTTP/1.1 200 OK`; the reason may be missing. @returns the status, or 0 when the line is something else. */
function parseStatusLine(bytes: Buffer, start: number, end: number): number {
  if (end - start < 12 || bytes.toString('latin1', start, start + 7) !== 'HTTP/1.') return 0;
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

/** Only these are looked at; their lengths tell most other headers apart at once. */
const isRelevant = (nameLength: number): boolean => nameLength === 10 || nameLength === 14 || nameLength === 17;

const tokens = (list: string): string[] => list.split(',').map((token) => token.trim().toLowerCase());

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
        if (!/^\d{1,15}$/.test(value)) return 'its Content-Length is no number';
        this.contentLength = Number(value);
        return undefined;
      }
      case 'transfer-encoding':
        this.hasTransferEncoding = true;
        // Only the last coding tells where the body ends.
        this.isChunked = tokens(value).at(-1) === 'chunked';
        return undefined;
      case 'connection': {
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

/** Control characters other than tab do not belong into a value. */
function isCleanValue(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte < 32 && byte !== 9) return false;
    if (byte === 127) return false;
  }
  return true;
}

/**
 * Parses a whole head, from the status line to the blank line (`end` is the index after it).
 * @returns what is wrong with it as a text, when something is.
 */
export function parseResponseHead(bytes: Buffer, start: number, end: number): ResponseHead | string {
  let lineEnd = bytes.indexOf(CR, start);
  const status = parseStatusLine(bytes, start, lineEnd);
  if (status === 0) return 'it does not begin with an HTTP/1.x status line';
  if (bytes[lineEnd + 1] !== LF || !isCleanValue(bytes, start, lineEnd))
    return 'its status line has control characters';
  const isVersion11 = bytes[start + 7] === 49;

  const fields = new HeadFields();
  let at = lineEnd + 2;
  while (at < end - 2) {
    let colon = at;
    while (isTokenCharacter[bytes[colon] ?? 0] === 1) colon++;
    if (colon === at || bytes[colon] !== COLON) return 'a header line has no valid name';
    lineEnd = bytes.indexOf(CR, colon);
    if (bytes[lineEnd + 1] !== LF || !isCleanValue(bytes, colon + 1, lineEnd)) {
      return 'a header has control characters';
    }
    if (isRelevant(colon - at)) {
      const wrong = fields.take(
        bytes.toString('latin1', at, colon),
        bytes.toString('latin1', colon + 1, lineEnd).trim(),
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
