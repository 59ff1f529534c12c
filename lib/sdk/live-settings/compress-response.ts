import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { constants, createGzip, type Gzip } from 'node:zlib';
import { CacheControl } from '../middleware/cache-control.ts';
import { listOf } from '../middleware/header-fields.ts';
import { type GivenHeaders, setGiven } from '../middleware/node-response.ts';

const isText = (value: unknown): value is string => typeof value === 'string';
const textOf = (value: OutgoingHttpHeader | undefined): string | undefined =>
  value === undefined ? undefined : String(value);

/** RFC 9110, 12.5.3: `gzip` or `*`, the more specific one first, unless its weight is 0. */
export function takesGzip(field: string | undefined): boolean {
  const weights = new Map<string, number>();
  for (const member of listOf(field?.toLowerCase())) {
    const [coding = '', ...parameters] = member.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    weights.set(coding, Number(weight));
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

const compressible =
  /^(?:text\/(?!event-stream)|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|ecmascript|x-ndjson|graphql-response\+json)\b|image\/svg\+xml)/i;

/** Whether the answer is text that nobody has encoded, or forbidden to. */
function isCompressible(response: ServerResponse): boolean {
  const { statusCode } = response;
  if (statusCode < 200 || statusCode === 204 || statusCode === 206 || statusCode === 304) return false;
  if (response.hasHeader('content-encoding') || response.hasHeader('content-range')) return false;
  if (new CacheControl(textOf(response.getHeader('cache-control'))).has('no-transform')) return false;
  return compressible.test(textOf(response.getHeader('content-type')) ?? '');
}

/** The head of the encoded answer: of unknown length, and by another name (RFC 9110, 8.8.1) that is as good for a weak comparison. */
function changeHead(response: ServerResponse): void {
  response.setHeader('content-encoding', 'gzip');
  for (const name of ['content-length', 'accept-ranges', 'content-md5', 'digest', 'repr-digest']) {
    response.removeHeader(name);
  }
  const etag = textOf(response.getHeader('etag'));
  if (etag !== undefined && !etag.startsWith('W/')) response.setHeader('etag', `W/${etag}`);
}

function vary(response: ServerResponse): void {
  const names = listOf(textOf(response.getHeader('vary')));
  if (names.some((name) => name === '*' || name.toLowerCase() === 'accept-encoding')) return;
  response.setHeader('vary', [...names, 'Accept-Encoding'].join(', '));
}

type Callback = (error?: Error | null) => void;
const callbackOf = (args: readonly unknown[]): Callback | undefined =>
  args.find((each): each is Callback => typeof each === 'function');

/**
 * Compresses the answer with gzip, if it turns out to be text of this size or more and its client takes that. Of an answer that
 * is written in pieces and does not say its length, all are large. The head waits for the first piece of the body.
 */
export function compressResponse(incoming: IncomingMessage, response: ServerResponse, aboveBytes: number): void {
  const { writeHead, write, end, flushHeaders } = response;
  /** What `writeHead` was given beside the headers, which are set by then. */
  let head: { reason: string | undefined } | undefined;
  let isDecided = false;
  let gzip: Gzip | undefined;

  /** @param bytes of the whole body, as far as it is known */
  const decide = (bytes: number, isWhole: boolean): void => {
    isDecided = true;
    Reflect.deleteProperty(response, 'headersSent');
    if (isCompressible(response)) {
      vary(response);
      const isLarge = bytes >= aboveBytes && incoming.method !== 'HEAD';
      if (isLarge && bytes > 0 && takesGzip(textOf(incoming.headers['accept-encoding']))) {
        changeHead(response);
        gzip = compressed(isWhole);
      }
    }
    const reason = head?.reason;
    if (head !== undefined) Reflect.apply(writeHead, response, [response.statusCode, ...(reason ? [reason] : [])]);
  };
  const compressed = (isWhole: boolean): Gzip => {
    // Whoever writes in pieces wants each of them to arrive.
    const stream = createGzip(isWhole ? {} : { flush: constants.Z_SYNC_FLUSH });
    const resume = (): void => {
      stream.resume();
    };
    stream.on('data', (piece: Buffer) => {
      if (!Reflect.apply(write, response, [piece])) stream.pause();
    });
    stream.on('drain', () => response.emit('drain'));
    stream.on('end', () => {
      Reflect.deleteProperty(response, 'writableEnded');
      Reflect.apply(end, response, []);
    });
    stream.on('error', (error) => response.destroy(error));
    response.on('drain', resume);
    response.once('close', () => stream.destroy());
    return stream;
  };
  const lengthOf = (chunk: unknown, encoding: unknown): number => {
    if (isText(chunk)) return Buffer.byteLength(chunk, isText(encoding) ? (encoding as BufferEncoding) : 'utf8');
    return chunk instanceof Uint8Array ? chunk.length : 0;
  };
  const announced = (): number => Number(response.getHeader('content-length') ?? Number.POSITIVE_INFINITY);

  response.writeHead = (status: number, ...rest: unknown[]): ServerResponse => {
    if (isDecided || head !== undefined) return Reflect.apply(writeHead, response, [status, ...rest]);
    const given = rest.find((each): each is GivenHeaders => typeof each === 'object' && each !== null);
    if (given !== undefined) setGiven(response, given as OutgoingHttpHeaders);
    response.statusCode = status;
    head = { reason: rest.find(isText) };
    // It counts as sent, though it waits.
    Object.defineProperty(response, 'headersSent', { value: true, configurable: true });
    return response;
  };
  const begin = (bytes: number, isWhole: boolean): void => {
    if (isDecided) return;
    // Those whose turn comes when the head is sent have it now.
    if (head === undefined) response.writeHead(response.statusCode);
    decide(bytes, isWhole);
  };
  response.write = (chunk: unknown, ...rest: unknown[]): boolean => {
    begin(announced(), false);
    return Reflect.apply(gzip === undefined ? write : gzip.write, gzip ?? response, [chunk, ...rest]);
  };
  response.end = (...args: unknown[]): ServerResponse => {
    const [chunk, encoding] = args;
    const hasChunk = typeof chunk !== 'function' && chunk !== undefined && chunk !== null;
    const bytes = hasChunk ? lengthOf(chunk, encoding) : 0;
    if (!isDecided) {
      if (
        incoming.method !== 'HEAD' &&
        !response.hasHeader('content-length') &&
        !response.hasHeader('transfer-encoding')
      ) {
        // Node sets it only while it makes the head itself.
        if (bytes > 0 || head === undefined) setLength(response, bytes);
      }
      begin(bytes, true);
    }
    if (gzip === undefined) return Reflect.apply(end, response, args);
    if (response.writableEnded) return response;
    // For those who look, it has: the rest comes by itself.
    Object.defineProperty(response, 'writableEnded', { value: true, configurable: true });
    const callback = callbackOf(args);
    if (callback !== undefined) response.once('finish', callback);
    if (hasChunk) gzip.end(chunk, isText(encoding) ? (encoding as BufferEncoding) : 'utf8');
    else gzip.end();
    return response;
  };
  response.flushHeaders = (): void => {
    begin(announced(), false);
    if (!response.headersSent) Reflect.apply(flushHeaders, response, []);
  };
}

/** Answers without a body have none to tell the length of. */
function setLength(response: ServerResponse, bytes: number): void {
  const { statusCode } = response;
  if (statusCode >= 200 && statusCode !== 204 && statusCode !== 304) response.setHeader('content-length', bytes);
}
