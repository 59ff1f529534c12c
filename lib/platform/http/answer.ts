import { gzipSync } from 'node:zlib';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Below this, compressing costs more than it saves. */
const compressAboveBytes = 1024;

export interface Content {
  status: number;
  headers?: Record<string, string>;
  contentType?: string;
  body?: unknown;
}

/** A handler's answer as API Gateway takes it: text as it stands, bytes in base64, all else as JSON. */
export function render({ status, headers = {}, contentType, body }: Content): APIGatewayProxyStructuredResultV2 {
  if (body === undefined) return { statusCode: status, headers };
  if (body instanceof Uint8Array) {
    return {
      statusCode: status,
      headers: { 'content-type': contentType ?? 'application/octet-stream', ...headers },
      body: Buffer.from(body).toString('base64'),
      isBase64Encoded: true,
    };
  }
  const text = contentType === undefined || contentType.includes('json') ? JSON.stringify(body) : String(body);
  return {
    statusCode: status,
    headers: { 'content-type': contentType ?? 'application/json', ...headers },
    body: text,
  };
}

/** RFC 9110, 12.5.3: `gzip` or `*`, the more specific one first, unless its weight is 0. */
function takesGzip(acceptEncoding = ''): boolean {
  const weights = new Map<string, number>();
  for (const choice of acceptEncoding.toLowerCase().split(',')) {
    const [coding = '', ...parameters] = choice.split(';').map((part) => part.trim());
    const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
    weights.set(coding, Number(weight));
  }
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}

export function compress(
  answer: APIGatewayProxyStructuredResultV2,
  acceptEncoding: string | undefined,
): APIGatewayProxyStructuredResultV2 {
  const { body, isBase64Encoded, headers } = answer;
  // A strong ETag names these very bytes: others would need another (RFC 9110, 8.8.3.3).
  if (typeof headers?.etag === 'string' && !headers.etag.startsWith('W/')) return answer;
  if (body === undefined || body.length < compressAboveBytes || !takesGzip(acceptEncoding)) return answer;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  return {
    ...answer,
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'accept-encoding' },
    body: gzipSync(bytes).toString('base64'),
    isBase64Encoded: true,
  };
}
