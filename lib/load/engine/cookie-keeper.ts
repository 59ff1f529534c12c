import { CookieJar } from 'tough-cookie';
import type { ReceivedResponse } from './received-response.ts';

/** The cookies of one user (RFC 6265). */
export class CookieKeeper {
  readonly #origin: string;
  /** A target may well be a single label, an address, or below a public suffix of its own. */
  readonly #jar = new CookieJar(undefined, { rejectPublicSuffixes: false, allowSpecialUseDomain: true });
  #isEmpty = true;

  /** @param origin of the target, as `http://shop.example:8080` */
  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Takes what the response to a request for that path sets; what the target may not set is left out. */
  take(response: ReceivedResponse, path: string): void {
    for (const field of response.headers('set-cookie')) {
      this.#jar.setCookieSync(field, this.#origin + path, { ignoreError: true });
      this.#isEmpty = false;
    }
  }

  /** @returns the request with the cookies that belong to its path, beside those that it has of its own. */
  addTo(request: string): string {
    if (this.#isEmpty) return request;
    const cookies = this.#jar.getCookieStringSync(this.#origin + pathOf(request));
    if (cookies === '') return request;
    const headEnd = request.indexOf('\r\n\r\n');
    const head = request.slice(0, headEnd);
    const own = /\r\ncookie:[^\r]*/i.exec(head);
    // RFC 6265, 5.4: no more than one header field.
    const insertAt = own === null ? headEnd : own.index + own[0].length;
    const field = own === null ? `\r\ncookie: ${cookies}` : `; ${cookies}`;
    return request.slice(0, insertAt) + field + request.slice(insertAt);
  }

  /** Of the cookie of that name, whatever its path. */
  value(name: string): string | undefined {
    const { cookies = [] } = this.#jar.serializeSync() ?? {};
    const found = cookies.find(({ key }) => key === name)?.value;
    return typeof found === 'string' ? found : undefined;
  }
}

/** Of a request as `RequestTemplate.render` gives it. */
export function pathOf(request: string): string {
  const start = request.indexOf(' ') + 1;
  return request.slice(start, request.indexOf(' ', start));
}
