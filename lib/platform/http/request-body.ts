import { gunzipSync } from 'node:zlib';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { DomainError } from '../errors.ts';

/** A small body must not unpack into one that fills the memory. */
const maxUnpackedBytes = 10_000_000;

const isJson = (contentType: string): boolean => /^application\/([\w.-]+\+)?json\b/i.test(contentType);

/** @returns the JSON that the request carries, or undefined where it carries nothing. */
export function readJsonBody({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): unknown {
  if (body === undefined || body === '') return undefined;
  const contentType = headers['content-type'];
  if (contentType !== undefined && !isJson(contentType)) {
    throw new DomainError('unsupported-media-type', `Send application/json, not ${contentType}.`);
  }
  const bytes = unpack(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'), headers['content-encoding']);
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new DomainError('invalid-request', 'The body is not valid JSON.', {
      fieldErrors: [{ path: 'body', message: cause instanceof Error ? cause.message : 'not JSON' }],
      cause,
    });
  }
}

function unpack(bytes: Buffer, encoding: string | undefined): Buffer {
  if (encoding === undefined || encoding === 'identity') return bytes;
  if (encoding !== 'gzip') {
    throw new DomainError('unsupported-media-type', `The content encoding ${encoding} is not known; gzip is.`);
  }
  try {
    return gunzipSync(bytes, { maxOutputLength: maxUnpackedBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw new DomainError('payload-too-large', 'The body unpacks to over 10 MB.');
    throw new DomainError('invalid-request', 'The body is not valid gzip.', { cause });
  }
}
