import type { OidcSettings } from '../../contracts/oidc.ts';
import { isoTime } from '../clock.ts';
import { DomainError } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { keys } from '../table/keys.ts';
import { type FetchedIssuer, fetchIssuer } from './fetch-issuer.ts';
import { issuerItem, type KnownIssuer } from './model.ts';

/** So long is what the table says taken as it was read. */
const readEveryMs = 30_000;
/** A key that is not known is looked for in the table no more often than this, whatever tokens claim to be signed with. */
const lookEveryMs = 5_000;
/** And asked of the issuer no more often than this. */
const fetchEveryMs = 30_000;
/** A key that the issuer has withdrawn lives no longer than this where the issuer cannot be asked. */
const keptMs = 60 * 60_000;

interface IssuerKeysParts extends Pick<Parts, 'table' | 'clock' | 'log'> {
  settings: OidcSettings;
  /** It can ask the issuer: it has a way out of its network. */
  reaches: boolean;
  /** It may write what it learned, for all others. */
  stores: boolean;
  fetch?: (issuer: string) => Promise<FetchedIssuer>;
}

/**
 * The issuer's public keys. They stand in the table, where the tick renews them each minute, because functions in isolated
 * subnets can ask nobody else; whoever has a way out asks the issuer itself when it meets a key that nobody knows.
 */
export class IssuerKeys {
  readonly #parts: IssuerKeysParts;
  readonly #fetch: (issuer: string) => Promise<FetchedIssuer>;
  #held: { known: KnownIssuer | undefined; readAt: number } | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;

  constructor(parts: IssuerKeysParts) {
    this.#parts = parts;
    this.#fetch = parts.fetch ?? fetchIssuer;
  }

  /**
   * What is known of the issuer, with the key if it is known at all.
   * @param kid of a token's header; undefined: any key will do
   * @throws DomainError unavailable where nothing is known that is young enough to go by
   */
  async having(kid: string | undefined): Promise<KnownIssuer> {
    const isEnough = (known: KnownIssuer | undefined): known is KnownIssuer =>
      known !== undefined && this.#isYoung(known) && (kid === undefined || known.keys.some((key) => key.kid === kid));
    let known = await this.#read(readEveryMs);
    if (!isEnough(known)) known = await this.#read(lookEveryMs);
    if (!isEnough(known)) known = (await this.#ask()) ?? known;
    if (known === undefined || !this.#isYoung(known)) {
      throw new DomainError('unavailable', 'The keys of the OIDC issuer are not known here. Try again shortly.', {
        retryAfterSeconds: 30,
      });
    }
    return known;
  }

  /** For the tick. @returns 1 where the keys were old enough to be renewed. @throws where the issuer cannot be asked */
  async renew(): Promise<number> {
    const { clock } = this.#parts;
    const known = await this.#read(0);
    if (known !== undefined && clock() - Date.parse(known.fetchedAt) < fetchEveryMs) return 0;
    await this.#renewed();
    return 1;
  }

  #isYoung({ fetchedAt }: KnownIssuer): boolean {
    return this.#parts.clock() - Date.parse(fetchedAt) < keptMs;
  }

  async #read(unlessWithinMs: number): Promise<KnownIssuer | undefined> {
    const { table, clock, settings } = this.#parts;
    if (this.#held !== undefined && clock() - this.#held.readAt < unlessWithinMs) return this.#held.known;
    const found = await table.get(issuerItem, keys.oidcIssuer());
    // What another issuer said, before the deployment was given this one, counts for nothing.
    const known = found?.value.issuer === settings.issuer ? found.value : undefined;
    this.#held = { known, readAt: clock() };
    return known;
  }

  /** @returns undefined where the issuer cannot be asked, or was asked just now. */
  async #ask(): Promise<KnownIssuer | undefined> {
    const { clock, reaches, log } = this.#parts;
    if (!reaches || clock() - this.#fetchedAt < fetchEveryMs) return undefined;
    try {
      return await this.#renewed();
    } catch (error) {
      log.warn('The OIDC issuer could not be asked for its keys', { error });
      return undefined;
    }
  }

  async #renewed(): Promise<KnownIssuer> {
    const { clock, settings, stores } = this.#parts;
    // Before the answer: an issuer that is down is asked no more often than one that is up.
    this.#fetchedAt = clock();
    const known: KnownIssuer = { ...(await this.#fetch(settings.issuer)), fetchedAt: isoTime(clock()) };
    this.#held = { known, readAt: clock() };
    if (stores) await this.#store(known);
    return known;
  }

  /** Who loses a race has lost it to somebody who has just asked the issuer too. */
  async #store(known: KnownIssuer): Promise<void> {
    const { table } = this.#parts;
    const found = await table.get(issuerItem, keys.oidcIssuer());
    if (found === undefined) await table.create(issuerItem, keys.oidcIssuer(), known);
    else await table.replace(found, known);
  }
}
