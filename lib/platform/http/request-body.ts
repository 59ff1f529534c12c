import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { BytesBody } from '../../contracts/route.ts';
import { DomainError } from '../errors.ts';
import { decoded, requireAtMost } from './content-coding.ts';

/** A small body must not unpack into one that fills the memory. */
export const defaultMaxBytes = 10_000_000;

const isJson = (contentType: string): boolean => /^application\/([\w.-]+\+)?json\b/i.test(contentType);

/** JSON that was packed by the sender: `application/gzip`, `application/zstd`. */
const packingOf = (contentType: string): string | undefined =>
  /^application\/(?:x-)?(gzip|zstd)\b/i.exec(contentType)?.[1];

/**
 * Compressed JSON comes with a content encoding, or as `application/gzip` or `application/zstd`. The latter pass every
 * gateway: one that makes text of a body by its content type, as an HTTP API does, could not let compressed JSON through.
 *
 * @param maxBytes of the JSON
 * @returns the JSON that the request carries, or undefined where it carries nothing.
 * @throws DomainError unsupported-media-type, payload-too-large, invalid-request
 */
export function readJsonBody(event: APIGatewayProxyEventV2, maxBytes = defaultMaxBytes): unknown {
  if (event.body === undefined || event.body === '') return undefined;
  const contentType = event.headers['content-type'] ?? 'application/json';
  const packing = packingOf(contentType);
  if (!isJson(contentType) && packing === undefined) {
    throw new DomainError(
      'unsupported-media-type',
      `Send application/json, or application/gzip or application/zstd with the JSON inside, not ${contentType}.`,
    );
  }
  const bytes = readDecodedBytes(event, maxBytes);
  const json = packing === undefined ? bytes : decoded(bytes, packing, maxBytes);
  return parse(json.toString('utf8'));
}

/**
 * The body without its content encoding.
 * @throws DomainError unsupported-media-type, payload-too-large, invalid-request
 */
export function readDecodedBytes(
  { body = '', isBase64Encoded, headers }: APIGatewayProxyEventV2,
  maxBytes = defaultMaxBytes,
): Buffer {
  const encoding = headers['content-encoding'] ?? 'identity';
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (!isBase64Encoded && body !== '' && !isIdentity(encoding)) {
    throw new DomainError(
      'unsupported-media-type',
      `The gateway has made text of the body, which damages what is compressed: send it as application/gzip or application/zstd, without the content encoding ${encoding}.`,
    );
  }
  const plain = decoded(bytes, encoding, maxBytes);
  requireAtMost(plain, maxBytes);
  return plain;
}

const isIdentity = (encoding: string): boolean => encoding.trim().toLowerCase() === 'identity';

/**
 * A body of one of these content types, without its content encoding.
 * @throws DomainError unsupported-media-type, payload-too-large, invalid-request
 */
export function readTypedBody(
  event: APIGatewayProxyEventV2,
  contentTypes: readonly string[],
  maxBytes?: number,
): BytesBody {
  const contentType = event.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (contentType === undefined || !contentTypes.includes(contentType)) {
    const given = contentType === undefined ? 'no content type' : contentType;
    throw new DomainError('unsupported-media-type', `Send ${contentTypes.join(' or ')}, not ${given}.`);
  }
  return { bytes: readDecodedBytes(event, maxBytes), contentType };
}

/**
 * The body as it was sent. Of text, an HTTP API makes characters by UTF-8, so text in another encoding would not come through as it is.
 * @throws DomainError unsupported-media-type
 */
export function readBytesBody({ body = '', isBase64Encoded, headers }: APIGatewayProxyEventV2): BytesBody {
  refuseEncoding(headers);
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

function refuseEncoding(headers: APIGatewayProxyEventV2['headers']): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (isIdentity(encoding)) return;
  throw new DomainError(
    'unsupported-media-type',
    `Send the body without the content encoding ${encoding}: a value is stored as it is sent, and its content type says what it is.`,
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
