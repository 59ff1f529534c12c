import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { BytesBody } from '../../contracts/route.ts';
import { DomainError } from '../errors.ts';

/** A small body must not unpack into one that fills the memory. */
const maxUnpackedBytes = 10_000_000;

const isJson = (contentType: string): boolean => /^application\/([\w.-]+\+)?json\b/i.test(contentType);
const isGzip = (contentType: string): boolean => /^application\/(x-)?gzip\b/i.test(contentType);

/**
 * Compressed JSON comes as `application/gzip`. With `content-encoding: gzip` it could not: of a body whose content type is
 * JSON, an HTTP API makes text, and compressed bytes do not survive that.
 *
 * @returns the JSON that the request carries, or undefined where it carries nothing.
 */
export function readJsonBody({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): unknown {
  if (body === undefined || body === '') return undefined;
  const contentType = headers['content-type'] ?? 'application/json';
  refuseEncoding(headers, 'compressed JSON is sent with the content type application/gzip');
  if (!isJson(contentType) && !isGzip(contentType)) {
    throw new DomainError(
      'unsupported-media-type',
      `Send application/json, or application/gzip with the JSON inside, not ${contentType}.`,
    );
  }
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return parse((isGzip(contentType) ? unpack(bytes) : bytes).toString('utf8'));
}

/**
 * The body as it was sent. Of text, an HTTP API makes characters by UTF-8, so text in another encoding would not come through as it is.
 * @throws DomainError unsupported-media-type
 */
export function readBytesBody({ body = '', isBase64Encoded, headers }: APIGatewayProxyEventV2): BytesBody {
  refuseEncoding(headers, 'a value is stored as it is sent, and its content type says what it is');
  const contentType = headers['content-type'];
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1]?.toLowerCase();
  if (!isBase64Encoded && body !== '' && charset !== undefined && !/^(utf-?8|us-ascii|ascii)$/.test(charset)) {
    throw new DomainError(
      'unsupported-media-type',
      `Text passes API Gateway in UTF-8 only, not in ${charset}: convert it, or send it as application/octet-stream.`,
    );
  }
  return { bytes, ...(contentType === undefined ? {} : { contentType }) };
}

function refuseEncoding(headers: APIGatewayProxyEventV2['headers'], instead: string): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() === 'identity') return;
  throw new DomainError(
    'unsupported-media-type',
    `Send the body without the content encoding ${encoding}: ${instead}.`,
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DomainError('invalid-request', 'The body is not valid JSON.', {
      fieldErrors: [{ path: 'body', message: cause instanceof Error ? cause.message : 'not JSON' }],
      cause,
    });
  }
}

function unpack(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: maxUnpackedBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw new DomainError('payload-too-large', 'The body unpacks to over 10 MB.');
    throw new DomainError('invalid-request', 'The body is not valid gzip.', { cause });
  }
}
