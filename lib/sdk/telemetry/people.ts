import { createHmac } from 'node:crypto';
import type { Identify, SentRequest } from './identify.ts';
import type { OwnErrors } from './own-errors.ts';

/** How the records of single requests name who sent them. */
export type RecordPeople = 'hashed' | 'plain' | 'none';

export interface PeopleOptions {
  readonly recordPeople: RecordPeople;
  /** In lower case. */
  readonly userHeader: string | undefined;
  /** How many proxies of one's own stand before the service; each adds to `X-Forwarded-For`. */
  readonly trustedProxies: number;
  /** Makes hashes of one project worthless for others. */
  readonly secret: string;
}

export interface Person {
  readonly user?: string;
  readonly address?: string;
}

const hashLength = 16;
const maxLength = 64;
/** Headers by which somebody may be let in. */
const credentials = /\b(auth|authorization|cookie|jwt|key|apikey|password|secret|session|token)\b/;

/** Who sent a request: asked of slow and failed ones only. Credentials never leave the process, however it is configured. */
export class People {
  /** What the host knows better than any header. */
  identify: Identify | undefined;
  readonly #options: PeopleOptions;
  readonly #key: Buffer;
  readonly #isCredential: boolean;
  readonly #errors: OwnErrors;

  constructor(options: PeopleOptions, errors: OwnErrors) {
    this.#options = options;
    this.#errors = errors;
    this.#isCredential = options.userHeader !== undefined && credentials.test(options.userHeader);
    this.#key = createHmac('sha256', options.secret).update('headroom: people in records').digest();
  }

  /** Whether records may name people, so that their paths may as well. */
  get arePlain(): boolean {
    return this.#options.recordPeople === 'plain';
  }

  /** @param address of the other end of the connection */
  of(request: SentRequest, address: string | undefined): Person {
    if (this.#options.recordPeople === 'none') return {};
    const user = this.#user(request);
    const from = this.#clientAddress(request, address);
    return { ...(user && { user }), ...(from && { address: this.#written('address', from) }) };
  }

  #user(request: SentRequest): string | undefined {
    const known = this.#identified(request);
    if (known) return this.#written('user', known);
    const named = this.#fromHeader(request);
    if (named) return this.#isCredential ? this.#hash('user', named) : this.#written('user', named);
    const subject = subjectOf(headerOf(request, 'authorization'));
    return subject && this.#hash('user', subject);
  }

  #identified(request: SentRequest): string | undefined {
    try {
      const user: unknown = this.identify?.(request);
      return typeof user === 'string' || typeof user === 'number' ? String(user) : undefined;
    } catch (error) {
      this.#errors.failed('Identifying a user', error);
      return undefined;
    }
  }

  #fromHeader(request: SentRequest): string | undefined {
    const { userHeader } = this.#options;
    return userHeader === undefined || userHeader === 'authorization' ? undefined : headerOf(request, userHeader);
  }

  #clientAddress(request: SentRequest, address: string | undefined): string | undefined {
    const { trustedProxies } = this.#options;
    if (trustedProxies === 0) return address;
    const forwarded = headerOf(request, 'x-forwarded-for')?.split(',') ?? [];
    // The last was added by the nearest proxy. What stands before those of trusted ones, anybody may have written.
    return forwarded.at(-Math.min(trustedProxies, forwarded.length))?.trim() || address;
  }

  #written(kind: string, text: string): string {
    return this.#options.recordPeople === 'plain' ? text.toWellFormed().slice(0, maxLength) : this.#hash(kind, text);
  }

  /** The same person has the same hash for as long as the secret stays; nobody without it can try out names. */
  #hash(kind: string, text: string): string {
    return createHmac('sha256', this.#key).update(`${kind} ${text}`).digest('hex').slice(0, hashLength);
  }
}

function headerOf(request: SentRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'object' ? value.join(',') : value;
}

/** Whom credentials stand for: a name (Basic), a token's subject (JWT, which nobody verified here), else the credentials themselves. */
function subjectOf(authorization: string | undefined): string | undefined {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)/.exec(authorization ?? '') ?? [];
  if (/^basic$/i.test(scheme)) return Buffer.from(credentials, 'base64').toString().split(':')[0];
  const [, payload] = credentials.split('.');
  return (payload && jwtSubject(payload)) || authorization;
}

function jwtSubject(payload: string): string | undefined {
  try {
    const { sub } = JSON.parse(Buffer.from(payload, 'base64url').toString());
    return typeof sub === 'string' ? sub : undefined;
  } catch {
    return undefined;
  }
}
