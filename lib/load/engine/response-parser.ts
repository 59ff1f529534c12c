import { KnownHeads } from './known-heads.ts';
import { ReceivedResponse, type ResponseParts } from './received-response.ts';
import {
  canBecomeHead,
  isTokenCharacter,
  isValueCharacter,
  parseResponseHead,
  type ResponseHead,
} from './response-head.ts';

/** The response is not HTTP/1.x as RFC 9112 has it, or is larger than we take. */
export class ResponseParseError extends Error {
  override name = 'ResponseParseError';
}

/** For heads (interim ones included), chunk extensions and trailers, each: what Node's own client takes. */
const MAX_HEAD_BYTES = 16 * 1024;

const CR = 13;
const LF = 10;
const COLON = 58;
const SEMICOLON = 59;
const HEAD_END = Buffer.from('\r\n\r\n', 'latin1');
const NOTHING = Buffer.alloc(0);

/** Shared: all connections of a process go to the same few servers. */
const knownHeads = new KnownHeads();

const State = {
  head: 0,
  bodyByLength: 1,
  bodyUntilClose: 2,
  chunkSize: 3,
  chunkExtension: 4,
  chunkSizeLf: 5,
  chunkData: 6,
  chunkDataCr: 7,
  chunkDataLf: 8,
  trailerStart: 9,
  trailerName: 10,
  trailerValue: 11,
  trailerLf: 12,
  trailerEndLf: 13,
  complete: 14,
} as const;
type State = (typeof State)[keyof typeof State];

const tooLarge = (): ResponseParseError =>
  new ResponseParseError(`the response's head is larger than ${MAX_HEAD_BYTES} bytes`);

const isLineBreak = (byte: number | undefined): boolean => byte === CR || byte === LF;

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}

/**
 * Reads one HTTP/1.x response after another from the bytes of one connection, however they are cut into pieces.
 * Call `expect` before each request.
 *
 * Interim (1xx) responses are skipped; 101 is an error, since we never ask for an upgrade, and so are bytes beyond the end
 * of the response, since we never pipeline.
 */
export class ResponseParser {
  readonly response = new ReceivedResponse();
  /** Whether the connection can carry another request. Right once the response is complete. */
  keepAlive = false;
  /** From the `Keep-Alive` header: how long the server keeps an idle connection. */
  keepAliveTimeoutSeconds: number | undefined;

  #state: State = State.complete;
  #isHead = false;
  #partialHead: Buffer = NOTHING;
  #headBytes = 0;
  /** Bytes of the body or chunk still to come. */
  #left = 0;
  #digits = 0;

  /** @param isHead the request is a HEAD, whose response has no body whatever its headers say. */
  expect(isHead: boolean, parts: ResponseParts): void {
    this.#state = State.head;
    this.#isHead = isHead;
    this.#headBytes = 0;
    this.#partialHead = NOTHING;
    this.response.expect(parts);
  }

  /**
   * Takes the next bytes (the first `length` of the buffer, which may be overwritten afterwards).
   * @returns whether the response is complete now.
   * @throws ResponseParseError; the connection is of no use then.
   */
  execute(bytes: Buffer, length = bytes.length): boolean {
    let at = 0;
    while (at < length) {
      switch (this.#state) {
        case State.head:
          at = this.#readHead(bytes, at, length);
          break;
        case State.bodyByLength:
        case State.chunkData:
          at = this.#readBody(bytes, at, length);
          break;
        case State.bodyUntilClose:
          this.response.takeBody(bytes, at, length);
          return false;
        case State.complete:
          if (!isLineBreak(bytes[at])) throw new ResponseParseError('bytes came beyond the end of the response');
          at = this.#skipLineBreak(at);
          break;
        default:
          this.#readFraming(bytes[at] ?? 0);
          at++;
      }
    }
    return this.#state === State.complete;
  }

  /** The server has closed the connection. @returns whether that completes the response. */
  finish(): boolean {
    if (this.#state === State.bodyUntilClose) this.#state = State.complete;
    return this.#state === State.complete;
  }

  /** @returns where the body begins; `length` while the head is incomplete. */
  #readHead(bytes: Buffer, from: number, length: number): number {
    const before = this.#partialHead.length;
    const known = before > 0 ? undefined : knownHeads.find(bytes, from, length);
    if (known !== undefined) {
      this.#takeHead(known.head, bytes, from, from + known.length);
      return from + known.length;
    }
    if (before === 0 && isLineBreak(bytes[from])) return this.#skipLineBreak(from);
    let head = bytes;
    let start = from;
    let limit = length;
    if (before > 0) {
      head = Buffer.concat([this.#partialHead, bytes.subarray(from, length)]);
      start = 0;
      limit = head.length;
    }
    // The end may straddle the pieces; what was searched before that is not searched again.
    const found = head.indexOf(HEAD_END, start + Math.max(0, before - 3));
    const end = found < 0 || found + 4 > limit ? -1 : found + 4;
    if (this.#headBytes + (end < 0 ? limit : end) - start > MAX_HEAD_BYTES) throw tooLarge();
    if (end < 0) {
      if (!canBecomeHead(head, start, limit)) throw new ResponseParseError('it does not begin with a valid head');
      this.#partialHead = before > 0 ? head : Buffer.from(bytes.subarray(from, length));
      return length;
    }
    this.#partialHead = NOTHING;
    const parsed = parseResponseHead(head, start, end);
    if (typeof parsed === 'string') throw new ResponseParseError(parsed);
    knownHeads.add(parsed, head, start, end);
    this.#takeHead(parsed, head, start, end);
    return from + (end - start) - before;
  }

  /** Some servers send a line break too much after a body. As Node's client does, we take no offence at those around a response. */
  #skipLineBreak(at: number): number {
    if (++this.#headBytes > MAX_HEAD_BYTES) throw tooLarge();
    return at + 1;
  }

  #takeHead(head: ResponseHead, bytes: Buffer, start: number, end: number): void {
    this.#headBytes += end - start;
    if (this.#headBytes > MAX_HEAD_BYTES) throw tooLarge();
    if (head.status === 101) throw new ResponseParseError('the server switched protocols (101) without being asked');
    if (head.status < 200) return;
    this.response.status = head.status;
    if (this.response.keepsHead) this.response.keepHead(bytes.toString('latin1', start, end));
    this.keepAlive = head.keepAlive;
    this.keepAliveTimeoutSeconds = head.keepAliveTimeoutSeconds;
    if (this.#isHead || head.status === 204 || head.status === 304) {
      this.#state = State.complete;
    } else if (head.framing === 'chunked') {
      this.#startChunk();
    } else if (head.framing === 'until-close') {
      this.keepAlive = false;
      this.#state = State.bodyUntilClose;
    } else {
      this.#left = head.framing;
      this.#state = head.framing > 0 ? State.bodyByLength : State.complete;
    }
  }

  #readBody(bytes: Buffer, at: number, length: number): number {
    const end = Math.min(length, at + this.#left);
    this.response.takeBody(bytes, at, end);
    this.#left -= end - at;
    if (this.#left === 0) this.#state = this.#state === State.chunkData ? State.chunkDataCr : State.complete;
    return end;
  }

  #startChunk(): void {
    this.#state = State.chunkSize;
    this.#left = 0;
    this.#digits = 0;
    this.#headBytes = 0;
  }

  /** One byte of what stands around the chunks. */
  #readFraming(byte: number): void {
    switch (this.#state) {
      case State.chunkSize:
        this.#readChunkSize(byte);
        return;
      case State.chunkExtension:
        if (byte === CR) this.#state = State.chunkSizeLf;
        else if (isValueCharacter[byte] !== 1) throw new ResponseParseError('a chunk extension has control characters');
        else this.#countFraming('chunk extension');
        return;
      case State.chunkSizeLf:
        this.#expectByte(byte, LF, this.#left > 0 ? State.chunkData : State.trailerStart);
        return;
      case State.chunkDataCr:
        this.#expectByte(byte, CR, State.chunkDataLf);
        return;
      case State.chunkDataLf:
        this.#expectByte(byte, LF, State.chunkSize);
        this.#startChunk();
        return;
      case State.trailerStart:
      case State.trailerName:
      case State.trailerValue:
        this.#readTrailer(byte);
        return;
      case State.trailerLf:
        this.#expectByte(byte, LF, State.trailerStart);
        return;
      default:
        this.#expectByte(byte, LF, State.complete);
    }
  }

  #readChunkSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#countFraming('chunk size');
      this.#digits++;
      this.#left = this.#left * 16 + digit;
      if (this.#left > Number.MAX_SAFE_INTEGER) throw new ResponseParseError('a chunk is too large');
      return;
    }
    if (this.#digits === 0 || (byte !== CR && byte !== SEMICOLON)) {
      throw new ResponseParseError('a chunk size is no hexadecimal number');
    }
    this.#state = byte === CR ? State.chunkSizeLf : State.chunkExtension;
  }

  /** Trailers must be header fields in form; nobody asks what they say. */
  #readTrailer(byte: number): void {
    this.#countFraming('trailer');
    if (this.#state === State.trailerValue) {
      if (byte === CR) this.#state = State.trailerLf;
      else if (isValueCharacter[byte] !== 1) throw new ResponseParseError('a trailer has control characters');
    } else if (isTokenCharacter[byte] === 1) {
      this.#state = State.trailerName;
    } else if (this.#state === State.trailerName && byte === COLON) {
      this.#state = State.trailerValue;
    } else if (this.#state === State.trailerStart && byte === CR) {
      this.#state = State.trailerEndLf;
    } else {
      throw new ResponseParseError('a trailer has no valid name');
    }
  }

  #countFraming(what: string): void {
    if (++this.#headBytes > MAX_HEAD_BYTES) throw new ResponseParseError(`a ${what} is too large`);
  }

  #expectByte(byte: number, expected: number, next: State): void {
    if (byte !== expected) throw new ResponseParseError('the chunked body is malformed');
    this.#state = next;
  }
}
