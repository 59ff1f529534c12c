import { CacheInputError } from './input-error.ts';

export const MAX_PATTERN_BYTES = 1_024;
export const MAX_STARS = 16;

/** Bits that a bit operation of JavaScript has. */
const WORD_BITS = 32;

/** One character of a pattern: a code point, or ANY for `?`. */
const ANY = -1;

export interface KeyPattern {
  /** The same for all ways of writing the same pattern: `**` is `*`, `\a` is `a`. */
  readonly canonical: string;
  /** What every matching key begins with: unescaped, up to the first wildcard. */
  readonly prefix: string;
  /** The only matching key, when there is no wildcard. */
  readonly literal?: string;
  matches(key: string): boolean;
}

const fault = (why: string): never => {
  throw new CacheInputError('invalid-pattern', why);
};

const wildcards = new Set(['*', '?', '\\']);

/** The runs between the stars: always one more than there are stars. */
function runsOf(text: string): number[][] {
  const runs: number[][] = [[]];
  let escaped = false;
  let afterStar = false;
  for (const character of text) {
    if (!escaped && character === '*') {
      if (!afterStar) runs.push([]);
      afterStar = true;
      continue;
    }
    afterStar = false;
    if (!escaped && character === '\\') {
      escaped = true;
      continue;
    }
    runs.at(-1)?.push(!escaped && character === '?' ? ANY : (character.codePointAt(0) ?? 0));
    escaped = false;
  }
  if (escaped) fault('A pattern does not end with a backslash: write `\\\\` for the character itself.');
  return runs;
}

const written = (run: readonly number[]): string =>
  run
    .map((point) => {
      if (point === ANY) return '?';
      const character = String.fromCodePoint(point);
      return wildcards.has(character) ? `\\${character}` : character;
    })
    .join('');

const fitsAt = (run: readonly number[], points: readonly number[], at: number): boolean =>
  run.every((point, index) => point === ANY || point === points[at + index]);

/**
 * Finds where a run first ends, by Shift-And (Baeza-Yates and Gonnet: "A new approach to text searching", CACM 35, 1992): one
 * bit for each of the run's prefixes that ends at the present character. Linear in the text; a wildcard costs nothing.
 */
function finderOf(run: readonly number[]): (points: readonly number[], from: number, to: number) => number {
  const words = Math.ceil(run.length / WORD_BITS);
  const anywhere = new Int32Array(words);
  const places = new Map<number, Int32Array>();
  run.forEach((point, index) => {
    if (point === ANY) anywhere[index >> 5] = (anywhere[index >> 5] ?? 0) | (1 << (index & 31));
  });
  run.forEach((point, index) => {
    if (point === ANY) return;
    const mask = places.get(point) ?? anywhere.slice();
    mask[index >> 5] = (mask[index >> 5] ?? 0) | (1 << (index & 31));
    places.set(point, mask);
  });
  const last = run.length - 1;
  return (points, from, to) => {
    const state = new Int32Array(words);
    for (let at = from; at < to; at++) {
      const mask = places.get(points[at] ?? ANY) ?? anywhere;
      let carry = 1;
      for (let word = 0; word < words; word++) {
        const before = state[word] ?? 0;
        state[word] = ((before << 1) | carry) & (mask[word] ?? 0);
        carry = before >>> 31;
      }
      if ((state[last >> 5] ?? 0) & (1 << (last & 31))) return at + 1;
    }
    return -1;
  };
}

function matcherOf(runs: readonly number[][]): (key: string) => boolean {
  const first = runs[0] ?? [];
  const last = runs.at(-1) ?? [];
  const least = runs.reduce((sum, run) => sum + run.length, 0);
  const finders = runs.slice(1, -1).map(finderOf);
  return (key) => {
    const points = Array.from(key, (character) => character.codePointAt(0) ?? 0);
    if (points.length < least || !fitsAt(first, points, 0)) return false;
    if (runs.length === 1) return points.length === least;
    const to = points.length - last.length;
    if (!fitsAt(last, points, to)) return false;
    let from = first.length;
    // The first place where a run fits leaves the most for those after it: nothing is ever tried twice.
    for (const find of finders) {
      from = find(points, from, to);
      if (from < 0) return false;
    }
    return true;
  };
}

/**
 * `*` stands for any characters or none, `?` for one, `\` makes the next one stand for itself; a character is a code point.
 * Matching takes time in proportion to the key's length, whatever the pattern is.
 * @throws CacheInputError `invalid-pattern` when it is empty, ill-formed, longer than 1,024 bytes, has more than 16 stars (next
 * to each other they count as one), or ends with a backslash
 */
export function parsePattern(text: string): KeyPattern {
  if (text === '') fault('A pattern has at least one character; `*` matches every key.');
  if (Buffer.byteLength(text) > MAX_PATTERN_BYTES) {
    fault(`A pattern has at most ${MAX_PATTERN_BYTES} bytes in UTF-8, not ${Buffer.byteLength(text)}.`);
  }
  if (!text.isWellFormed()) fault('A pattern is well-formed Unicode; this one has half a surrogate pair.');
  const runs = runsOf(text);
  if (runs.length - 1 > MAX_STARS) fault(`A pattern has at most ${MAX_STARS} stars, not ${runs.length - 1}.`);
  const first = runs[0] ?? [];
  const wildcardAt = first.indexOf(ANY);
  const prefix = String.fromCodePoint(...(wildcardAt < 0 ? first : first.slice(0, wildcardAt)));
  const canonical = runs.map(written).join('*');
  if (wildcardAt < 0) {
    if (runs.length === 1) return { canonical, prefix, literal: prefix, matches: (key) => key === prefix };
    if (runs.length === 2 && runs[1]?.length === 0)
      return { canonical, prefix, matches: (key) => key.startsWith(prefix) };
  }
  const matches = matcherOf(runs);
  return { canonical, prefix, matches: (key) => key.startsWith(prefix) && matches(key) };
}

/** A pattern that others wrote: undefined when it cannot be read here. */
export function readPattern(text: string): KeyPattern | undefined {
  try {
    return parsePattern(text);
  } catch {
    return undefined;
  }
}
