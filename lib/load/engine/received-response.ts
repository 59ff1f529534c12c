import { decodeBody } from './body-coding.ts';
import { withoutBlanks } from './response-head.ts';

/** `head`: status and header fields. `all`: these and the body, up to `MAX_KEPT_BODY_BYTES`. */
export type ResponseParts = 'nothing' | 'head' | 'all';

export const MAX_KEPT_BODY_BYTES = 1024 * 1024;

/** Header fields by lower-case name, in the order in which they came. */
type Fields = Map<string, string[]>;

function addField(fields: Fields, name: string, value: string): void {
  const known = fields.get(name);
  if (known) known.push(value);
  else fields.set(name, [value]);
}

/** The lines of a valid HTTP/1.x head after the first. */
function fieldsOfHead(head: string): Fields {
  const fields: Fields = new Map();
  for (const line of head.split('\r\n').slice(1, -2)) {
    const colon = line.indexOf(':');
    addField(fields, line.slice(0, colon).toLowerCase(), withoutBlanks(line.slice(colon + 1)));
  }
  return fields;
}

/** One response after another as a connection receives them: what is counted of each, and what was asked to be kept. */
export class ReceivedResponse {
  /** 0 until the head has come. */
  status = 0;
  /** Body bytes so far, as they were sent (compressed, if so), without chunk framing. */
  bodyBytes = 0;

  #parts: ResponseParts = 'nothing';
  /** Interpreted only when somebody asks. */
  #head = '';
  #fields: Fields | undefined;
  #pieces: Buffer[] = [];
  #keptBytes = 0;

  /** Forgets the response before. */
  expect(parts: ResponseParts): void {
    this.status = 0;
    this.bodyBytes = 0;
    if (this.#parts !== 'nothing') {
      this.#head = '';
      this.#fields = undefined;
      this.#pieces = [];
      this.#keptBytes = 0;
    }
    this.#parts = parts;
  }

  get keepsHead(): boolean {
    return this.#parts !== 'nothing';
  }

  /** @param head a valid head of HTTP/1.x as latin1, from its status line to its blank line. */
  keepHead(head: string): void {
    this.#head = head;
  }

  /** For protocols whose heads are no text. */
  keepField(name: string, value: string): void {
    this.#fields ??= new Map();
    addField(this.#fields, name.toLowerCase(), value);
  }

  /** Counts the bytes from one index to the other, and keeps a copy of them if that was asked for. */
  takeBody(bytes: Buffer, from: number, to: number): void {
    this.bodyBytes += to - from;
    if (this.#parts !== 'all') return;
    const end = Math.min(to, from + MAX_KEPT_BODY_BYTES - this.#keptBytes);
    if (end <= from) return;
    this.#pieces.push(Buffer.from(bytes.subarray(from, end)));
    this.#keptBytes += end - from;
  }

  /**
   * The value of a header field, whatever the case of its name; of one that came several times all values, joined by commas
   * (RFC 9110, 5.3). Undefined when it did not come or was not kept.
   */
  header(name: string): string | undefined {
    const values = this.headers(name);
    return values.length === 0 ? undefined : values.join(', ');
  }

  /** Every value of a header field, in the order in which they came: what `set-cookie` needs. */
  headers(name: string): readonly string[] {
    this.#fields ??= fieldsOfHead(this.#head);
    return this.#fields.get(name.toLowerCase()) ?? [];
  }

  /** The body as it was sent, as far as it has come and is kept. */
  body(): Buffer {
    const [only] = this.#pieces;
    return this.#pieces.length === 1 && only !== undefined ? only : Buffer.concat(this.#pieces);
  }

  /** Whether the body is longer than what is kept of it. */
  get isBodyTruncated(): boolean {
    return this.#parts === 'all' && this.bodyBytes > this.#keptBytes;
  }

  /**
   * The body without its content codings. What is too long to be kept comes truncated when it has no coding.
   * @throws BodyCodingError when a coding is unknown, the bytes do not follow it, or they become more than `MAX_DECODED_BYTES`.
   */
  decodedBody(): Buffer {
    return decodeBody(this.body(), this.header('content-encoding') ?? '', this.isBodyTruncated);
  }
}
