import { listOf } from './header-fields.ts';

/** 2^31: what RFC 9111, 1.2.2 takes for too long to count. */
const MAX_SECONDS = 2_147_483_648;

/** The directives of a `Cache-Control` field (RFC 9111, 5.2), each with what it was given. */
export class CacheControl {
  readonly #directives = new Map<string, string | undefined>();

  constructor(field: string | undefined) {
    for (const member of listOf(field)) {
      const at = member.indexOf('=');
      const name = (at < 0 ? member : member.slice(0, at)).trim().toLowerCase();
      const argument = at < 0 ? undefined : unquoted(member.slice(at + 1).trim());
      // Said twice with different times, the shorter counts.
      if (this.#directives.has(name) && secondsOf(this.#directives.get(name)) <= secondsOf(argument)) continue;
      this.#directives.set(name, argument);
    }
  }

  has(name: string): boolean {
    return this.#directives.has(name);
  }

  /** Whether it is there and says nothing more, as in `max-stale`. */
  isBare(name: string): boolean {
    return this.has(name) && this.#directives.get(name) === undefined;
  }

  /** @returns undefined where it is not there; 0, which is the safe side, where it says no number */
  seconds(name: string): number | undefined {
    return this.has(name) ? secondsOf(this.#directives.get(name)) : undefined;
  }
}

const unquoted = (text: string): string =>
  text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;

const secondsOf = (argument: string | undefined): number =>
  argument !== undefined && /^\d+$/.test(argument) ? Math.min(Number(argument), MAX_SECONDS) : 0;
