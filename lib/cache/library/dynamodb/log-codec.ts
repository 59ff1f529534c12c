import type { Invalidation } from '../invalidations.ts';
import type { InvalidationRequest } from '../shared-tier.ts';

/** Events that are written together lie in one element of the log, as JSON; those too large for it lie elsewhere. */
export interface Spilled {
  id: string;
  /** How many events. */
  count: number;
  /** In how many items. */
  parts: number;
}

type Letter = 'k' | 't' | 'p' | 'c';

const letters = { keys: 'k', tags: 't', pattern: 'p', clear: 'c' } as const;
const kinds = { k: 'keys', t: 'tags', p: 'pattern', c: 'clear' } as const;

/** As `["k", "key", ...]`; a soft one has a capital. */
export function encodeEvents(requests: readonly InvalidationRequest[]): string {
  return JSON.stringify(
    requests.map(({ kind, values, soft }) => [soft ? letters[kind].toUpperCase() : letters[kind], ...values]),
  );
}

export const encodeSpilled = ({ id, count, parts }: Spilled): string => JSON.stringify({ id, count, parts });

export interface Element {
  /** The sequence before its first event. */
  after: number;
  /** That of its last. */
  last: number;
  text: string;
}

/** Gives the elements of a list their sequences. */
export function numbered(after: number, texts: readonly string[]): Element[] {
  let last = after;
  return texts.map((text) => {
    const element = { after: last, last: last + countOf(text), text };
    last = element.last;
    return element;
  });
}

export function spilledOf(text: string): Spilled | undefined {
  return text.startsWith('{') ? (JSON.parse(text) as Spilled) : undefined;
}

/** @param text the events themselves, as they were encoded */
export function decodeEvents(after: number, text: string): Invalidation[] {
  return (JSON.parse(text) as [string, ...string[]][]).map(([letter, ...values], at) => ({
    sequence: after + at + 1,
    kind: kinds[letter.toLowerCase() as Letter],
    values,
    soft: letter !== letter.toLowerCase(),
  }));
}

function countOf(text: string): number {
  return spilledOf(text)?.count ?? (JSON.parse(text) as unknown[]).length;
}
