import { fingerprintOf } from '../../../contracts/fingerprint.ts';

/** Queries that differ in their parameters only. Compared by identity. */
export interface QueryKind {
  readonly system: string;
  readonly fingerprint: string;
}

const maxTexts = 1_000;
const maxCachedLength = 2_000;

/** Finds the kind of a query by its text. Memory is bounded however many texts there are. */
export class QueryKinds {
  readonly #system: string;
  readonly #fingerprintOf: (text: string) => string;
  readonly #byText = new Map<string, QueryKind>();
  readonly #byFingerprint = new Map<string, QueryKind>();

  /** @param fingerprint of a text; that of SQL when left out */
  constructor(system: string, fingerprint = fingerprintOf) {
    this.#system = system;
    this.#fingerprintOf = fingerprint;
  }

  of(text: string): QueryKind {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const fingerprint = this.#fingerprintOf(text);
    // Starting anew costs a duplicate in one window at worst; Headroom adds up what has the same fingerprint.
    if (this.#byFingerprint.size >= maxTexts) this.#byFingerprint.clear();
    if (this.#byText.size >= maxTexts) this.#byText.clear();
    const kind = this.#byFingerprint.get(fingerprint) ?? { system: this.#system, fingerprint };
    this.#byFingerprint.set(fingerprint, kind);
    if (text.length <= maxCachedLength) this.#byText.set(text, kind);
    return kind;
  }
}
