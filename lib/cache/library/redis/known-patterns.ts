import { type KeyPattern, readPattern } from '../pattern.ts';

interface KnownPattern {
  /** Undefined when somebody newer wrote what cannot be read here: it counts as matching everything. */
  pattern: KeyPattern | undefined;
  soft: boolean;
  sequence: number;
}

/** The field of a pattern in its bucket's hash. */
export const patternField = (pattern: string, soft: boolean): string => `${soft ? 'P' : 'p'}${pattern}`;

export const patternOfField = (field: string): { pattern: string; soft: boolean } => ({
  pattern: field.slice(1),
  soft: field[0] === 'P',
});

/**
 * A bucket's live patterns. They are matched here and not in Redis, which has no time to lose, and come anew with the first answer
 * after another was added. To know more than are live does no harm.
 */
export class KnownPatterns {
  #patterns: readonly KnownPattern[] = [];
  #upTo = 0;

  /** The sequence of the last one known. */
  get upTo(): number {
    return this.#upTo;
  }

  /** @param flat fields and sequences in turn */
  learn(upTo: number, flat: readonly (string | Buffer)[]): void {
    // Answers may overtake each other; what the later one said stays.
    if (upTo <= this.#upTo) return;
    this.#upTo = upTo;
    this.#patterns = Array.from({ length: flat.length / 2 }, (_, at) => {
      const { pattern, soft } = patternOfField(String(flat[2 * at]));
      return { pattern: readPattern(pattern), soft, sequence: Number(flat[2 * at + 1]) };
    });
  }

  /** @param soft only those that are so, or that are not; both when left out. @returns 0 where none matches */
  last(key: string, soft?: boolean): number {
    let last = 0;
    for (const { pattern, sequence, soft: isSoft } of this.#patterns) {
      if (sequence <= last || (soft !== undefined && soft !== isSoft)) continue;
      if (pattern === undefined || pattern.matches(key)) last = sequence;
    }
    return last;
  }
}
