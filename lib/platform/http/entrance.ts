import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { edgeHeader, keyHeader } from '../../contracts/function-variables.ts';
import { DomainError } from '../errors.ts';

type Headers = Pick<APIGatewayProxyEventV2, 'headers'>;

/** Where API Gateway asks for a signature, `Authorization` holds that one, and the key stands beside it. */
export function authorizationOf({ headers }: Headers): string | undefined {
  const key = headers[keyHeader];
  return key === undefined ? headers.authorization : `Bearer ${key}`;
}

/**
 * Where a request came from. API Gateway sees a distribution before it in place of the caller, whom the distribution has put last but one: what
 * stands before that, callers wrote themselves.
 */
export function addressOf(
  { headers, requestContext }: Pick<APIGatewayProxyEventV2, 'headers' | 'requestContext'>,
  isBehindEdge: boolean,
): string {
  const { sourceIp } = requestContext.http;
  return isBehindEdge ? (headers['x-forwarded-for']?.split(',').at(-2)?.trim() ?? sourceIp) : sourceIp;
}

/** @throws DomainError `forbidden` where a distribution stands before the API, and the request passed it by */
export function requireEdge({ headers }: Headers, secret: string | undefined): void {
  if (secret === undefined) return;
  if (!timingSafeEqual(digestOf(headers[edgeHeader] ?? ''), digestOf(secret))) {
    throw new DomainError('forbidden', 'Requests are taken at the address of the deployment only.');
  }
}

/** Of one length, whatever was sent. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
