import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { HeaderFields } from './header-fields.ts';
import type { Run, Sent } from './run.ts';

/** What `writeHead` takes beside the status. */
export type GivenHeaders = OutgoingHttpHeaders | readonly OutgoingHttpHeader[] | readonly (readonly [string, string])[];

const isText = (value: unknown): value is string => typeof value === 'string';

export function fieldsOf(response: ServerResponse): HeaderFields {
  const fields: [string, string][] = [];
  for (const [name, value] of Object.entries(response.getHeaders())) {
    for (const each of Array.isArray(value) ? value : [value]) fields.push([name.toLowerCase(), String(each)]);
  }
  return fields;
}

function setField(response: ServerResponse, name: string, value: OutgoingHttpHeader | undefined): void {
  if (value !== undefined) response.setHeader(name, value);
}

/** As `writeHead` does it: what it is given goes before what was set; lists of names and values may name one more than once. */
export function setGiven(response: ServerResponse, given: GivenHeaders): void {
  if (!Array.isArray(given)) {
    for (const [name, value] of Object.entries(given)) setField(response, name, value);
    return;
  }
  const flat: unknown[] = given.flat();
  const names = new Set<string>();
  for (let at = 0; at + 1 < flat.length; at += 2) {
    const name = String(flat[at]);
    const value = flat[at + 1];
    const text = Array.isArray(value) ? value.map(String) : String(value);
    if (names.has(name.toLowerCase())) response.appendHeader(name, text);
    else response.setHeader(name, text);
    names.add(name.toLowerCase());
  }
}

/** Changes what is set to these fields; those that stay keep the case of their names. */
function replaceFields(response: ServerResponse, fields: HeaderFields): void {
  const grouped = new Map<string, string[]>();
  for (const [name, value] of fields) grouped.set(name, [...(grouped.get(name) ?? []), value]);
  for (const name of response.getHeaderNames()) if (!grouped.has(name)) response.removeHeader(name);
  for (const [name, values] of grouped) {
    const [first] = values;
    const value = values.length === 1 && first !== undefined ? first : values;
    if (String(response.getHeader(name)) !== String(value)) response.setHeader(name, value);
  }
}

const personalFields = (response: ServerResponse): string =>
  JSON.stringify([response.getHeader('set-cookie'), response.getHeader('cache-control')]);

/** Answers without the handler. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.statusCode = status;
  replaceFields(response, headers);
  if (body === undefined) response.end();
  else response.end(body);
}

function bytesOf(chunk: unknown, encoding: unknown): Uint8Array | undefined {
  if (isText(chunk)) return Buffer.from(chunk, isText(encoding) ? (encoding as BufferEncoding) : 'utf8');
  return chunk instanceof Uint8Array ? chunk : undefined;
}

type Callback = (error?: Error | null) => void;
const callbackOf = (args: readonly unknown[]): Callback | undefined =>
  args.find((each): each is Callback => typeof each === 'function');

/**
 * Lets the run see what is written to the response, and change its head. It is complete when it has been handed to the system
 * whole; what is closed before was cut off.
 */
export function watchResponse(response: ServerResponse, run: Run): void {
  const writeHead = response.writeHead.bind(response);
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  let sent: Sent | undefined;

  const isBodyless = (): boolean => sent !== undefined && ('instead' in sent || !sent.hasBody);
  const take = (chunk: unknown, encoding: unknown): void => {
    const bytes = bytesOf(chunk, encoding);
    if (bytes !== undefined) run.chunk(bytes);
  };

  response.writeHead = (status: number, ...rest: unknown[]): ServerResponse => {
    const reason = rest.find(isText);
    const given = rest.find((each): each is GivenHeaders => typeof each === 'object' && each !== null);
    if (sent !== undefined) return writeHead(status, reason);
    if (given !== undefined) setGiven(response, given);
    sent = run.head(status, fieldsOf(response));
    const head = 'instead' in sent ? sent.instead : sent;
    replaceFields(response, head.headers);
    const before = personalFields(response);
    writeHead(head.status, ...(head.status === status ? [reason] : []));
    // Those whose turn comes when the head is sent, such as sessions, have made it an answer for this client.
    if (personalFields(response) !== before) run.abort();
    return response;
  };
  response.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    if (sent === undefined) response.writeHead(response.statusCode);
    take(chunk, rest[0]);
    if (!isBodyless()) return write(chunk, ...(rest as [BufferEncoding]));
    const callback = callbackOf(rest);
    if (callback !== undefined) process.nextTick(callback);
    return true;
  };
  response.end = (...args: unknown[]): ServerResponse => {
    const [chunk, encoding] = args;
    // Else Node sets the length of the body by itself, which it can only while it sends the head.
    if (sent === undefined && run.mayReplace) {
      const bytes = bytesOf(chunk, encoding);
      if (bytes !== undefined && !response.hasHeader('transfer-encoding')) {
        setField(response, 'content-length', bytes.length);
      }
      response.writeHead(response.statusCode);
    }
    if (isBodyless()) {
      take(chunk, encoding);
      const body = sent !== undefined && 'instead' in sent ? sent.instead.body : undefined;
      const callback = callbackOf(args);
      return body === undefined ? end(callback) : end(body, callback);
    }
    const ended = end(...(args as [unknown, BufferEncoding]));
    take(chunk, encoding);
    return ended;
  };
  // Emitted when the last byte was handed over, but also when a socket that had been closed swallowed it.
  response.once('finish', () => {
    if (response.socket === null || !response.socket.destroyed) run.end();
    else run.abort();
  });
  response.once('close', () => run.abort());
}
