import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, jwtVerify } from 'jose';
import type { OidcSettings } from '../../contracts/oidc.ts';
import { DomainError } from '../errors.ts';
import type { Caller } from '../http/authenticate.ts';
import type { Parts } from '../parts.ts';
import { type Claims, nameOf, projectsOf, scopeOf } from './claims.ts';
import type { IssuerKeys } from './issuer-keys.ts';
import type { KnownIssuer } from './model.ts';
import { callerIdOf } from './subject.ts';

/** Signatures that only the issuer can make. Never `none`, and never an HMAC, whose key would be the public one. */
const algorithms = ['RS', 'PS', 'ES']
  .flatMap((kind) => [`${kind}256`, `${kind}384`, `${kind}512`])
  .concat(['EdDSA', 'Ed25519']);
/** Clocks differ by so much. */
const leewaySeconds = 30;
/** What ISO 8601 writes with four digits of a year. */
const lastTime = Date.parse('9999-12-31T23:59:59.999Z');
/** OpenID Connect Core, section 2: at most 255 ASCII characters. */
const subjectPattern = /^[\x21-\x7e]{1,255}$/;

/** Three parts in base64url: what a signed token looks like. No API key does. */
export const looksLikeJwt = (token: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token);

/** Tells who calls by a token that the deployment's OIDC issuer has signed. */
export class TokenVerifier {
  readonly #settings: OidcSettings;
  readonly #keys: Pick<IssuerKeys, 'having'>;
  readonly #clock: Parts['clock'];
  #lastSet: { of: KnownIssuer; keySet: ReturnType<typeof createLocalJWKSet> } | undefined;

  constructor(settings: OidcSettings, keys: Pick<IssuerKeys, 'having'>, { clock }: Pick<Parts, 'clock'>) {
    this.#settings = settings;
    this.#keys = keys;
    this.#clock = clock;
  }

  /**
   * @throws DomainError unauthenticated for a token that proves nothing, forbidden for one that proves a holder without any
   * scope here, unavailable while the issuer's keys are not known
   */
  async verify(token: string): Promise<Caller> {
    const claims = await this.#claimsOf(token);
    const { sub: subject, exp } = claims;
    if (typeof subject !== 'string' || !subjectPattern.test(subject)) throw refused('The token names no subject.');
    const scope = scopeOf(claims, this.#settings);
    if (scope === undefined) {
      throw new DomainError('forbidden', `The token's claim ${this.#settings.scopeClaim} holds no scope of Headroom.`);
    }
    return {
      kind: 'oidc',
      id: callerIdOf(subject),
      name: nameOf(claims, subject),
      scope,
      projects: projectsOf(claims, this.#settings),
      expiresAt: Math.min(Number(exp) * 1000, lastTime),
    };
  }

  async #claimsOf(token: string): Promise<Claims> {
    const { issuer, audience } = this.#settings;
    try {
      const { kid, alg } = decodeProtectedHeader(token);
      // Before any key is looked for: what is not taken is worth no request to anybody.
      if (alg === undefined || !algorithms.includes(alg))
        throw refused('The token is signed in a way that is not taken.');
      const keySet = this.#keySetOf(await this.#keys.having(kid));
      const { payload } = await jwtVerify(token, keySet, {
        issuer,
        audience,
        algorithms,
        clockTolerance: leewaySeconds,
        requiredClaims: ['exp', 'sub'],
        currentDate: new Date(this.#clock()),
      });
      return payload;
    } catch (error) {
      if (error instanceof DomainError) throw error;
      throw refused(reasonOf(error), error);
    }
  }

  /** Keys are made ready for use once, not for each token. */
  #keySetOf(known: KnownIssuer): ReturnType<typeof createLocalJWKSet> {
    if (this.#lastSet?.of !== known) {
      this.#lastSet = { of: known, keySet: createLocalJWKSet({ keys: known.keys } as JSONWebKeySet) };
    }
    return this.#lastSet.keySet;
  }
}

const refused = (detail: string, cause?: unknown): DomainError => new DomainError('unauthenticated', detail, { cause });

function reasonOf(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token has expired.';
  if (error instanceof errors.JWTClaimValidationFailed)
    return `The token's claim ${error.claim} is not what it must be.`;
  if (error instanceof errors.JWKSNoMatchingKey) return 'The token is signed with a key that the issuer does not have.';
  return 'The token is not one that the issuer has signed.';
}
