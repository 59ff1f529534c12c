import { pathOf } from './cookie-keeper.ts';
import type { ReceivedResponse } from './received-response.ts';

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Where the response sends its user, if it does: what `Location` has. */
export const redirectOf = (response: ReceivedResponse): string | undefined =>
  REDIRECTS.has(response.status) ? response.header('location') : undefined;

/**
 * The request that follows a redirect (RFC 9110, 15.4): after 303, and after 301 and 302 to a POST, a GET without a body, as
 * all browsers do; else the same again.
 * @param request as it was sent, without the cookies of its user
 * @param origin of the target
 * @returns undefined when the way leads away from the origin, to where nobody has asked for load
 */
export function followingRequest(
  request: string,
  status: number,
  location: string,
  origin: string,
): string | undefined {
  // Servers send it as UTF-8, whatever a header is made of.
  const text = Buffer.from(location, 'latin1').toString('utf8');
  const base = origin + pathOf(request);
  const url = URL.canParse(text, base) ? new URL(text, base) : undefined;
  if (url === undefined || url.origin !== new URL(origin).origin) return undefined;
  const path = url.pathname + url.search;
  const method = request.slice(0, request.indexOf(' '));
  const lineEnd = request.indexOf('\r\n');
  const becomesGet = status === 303 ? method !== 'HEAD' && method !== 'GET' : status < 303 && method === 'POST';
  if (!becomesGet) return `${method} ${path} HTTP/1.1${request.slice(lineEnd)}`;
  const fields = request.slice(lineEnd, request.indexOf('\r\n\r\n')).replace(/\r\ncontent-[^\r]*/gi, '');
  return `GET ${path} HTTP/1.1${fields}\r\n\r\n`;
}
