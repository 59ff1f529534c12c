import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Invalidation,
  Invalidations,
  MAX_LIVE_PATTERNS,
  type Verdict,
} from '../../../lib/cache/library/invalidations.ts';
import { parsePattern } from '../../../lib/cache/library/pattern.ts';

const keys = ['user:1', 'user:2', 'item:1', 'item:2'];
const tags = ['red', 'blue'];

const what = fc.oneof(
  fc.record({ kind: fc.constant('keys' as const), values: fc.uniqueArray(fc.constantFrom(...keys), { minLength: 1 }) }),
  fc.record({ kind: fc.constant('tags' as const), values: fc.uniqueArray(fc.constantFrom(...tags), { minLength: 1 }) }),
  fc.record({ kind: fc.constant('pattern' as const), values: fc.constantFrom(['user:*'], ['*:1'], ['*2', 'user:?']) }),
  fc.record({ kind: fc.constant('clear' as const), values: fc.constant([]) }),
);
const soft = fc.boolean();

/** A log as it is: consecutive sequences from 1 on. */
const log = fc
  .array(fc.tuple(what, soft), { maxLength: 30 })
  .map((events): Invalidation[] =>
    events.map(([event, isSoft], index) => ({ ...event, soft: isSoft, sequence: index + 1 })),
  );

const entry = (last: number) =>
  fc.record({ born: fc.integer({ min: 0, max: last + 1 }), tags: fc.subarray(tags), key: fc.constantFrom(...keys) });

const matches = ({ kind, values }: Invalidation, key: string, entryTags: readonly string[]): boolean => {
  if (kind === 'keys') return values.includes(key);
  if (kind === 'tags') return values.some((tag) => entryTags.includes(tag));
  return kind === 'clear' || values.some((pattern) => parsePattern(pattern).matches(key));
};

/** By the words of the definition. */
function naive(events: readonly Invalidation[], born: number, key: string, entryTags: readonly string[]): Verdict {
  const against = events.filter((event) => event.sequence > born && matches(event, key, entryTags));
  if (against.some((event) => !event.soft)) return 'dead';
  return against.length > 0 ? 'stale' : 'live';
}

/** Cuts a log into pieces that overlap and come in any order; together they are the whole. */
function pieces(events: readonly Invalidation[], cuts: readonly [number, number][]) {
  const last = events.length;
  const bounds = cuts.map(([a, b]) => [Math.min(a, b) % (last + 1), Math.max(a, b) % (last + 1)].sort((x, y) => x - y));
  return bounds.map(([after = 0, upTo = 0]) => ({
    after,
    upTo,
    events: events.filter(({ sequence }) => sequence > after && sequence <= upTo),
  }));
}

const severity: Record<Verdict, number> = { live: 0, stale: 1, dead: 2 };
const cuts = fc.array(fc.tuple(fc.nat(40), fc.nat(40)), { maxLength: 6 });

describe('Invalidations', () => {
  it('judge as the whole log would, in whatever pieces that came', () => {
    fc.assert(
      fc.property(
        log.chain((events) =>
          fc.record({ events: fc.constant(events), cuts, entries: fc.array(entry(events.length), { maxLength: 20 }) }),
        ),
        ({ events, cuts: at, entries }) => {
          const known = new Invalidations();
          for (const piece of pieces(events, at)) {
            if (piece.after <= known.sequence) known.apply(piece);
          }
          known.apply({ after: known.sequence, upTo: events.length, events: events.slice(known.sequence) });
          expect([known.sequence, known.floor]).toEqual([events.length, 0]);
          for (const { born, key, tags: its } of entries) {
            expect(known.verdict({ born, tags: its }, key)).toBe(naive(events, born, key, its));
            const lastHard = events.findLast((event) => !event.soft && matches(event, key, its))?.sequence ?? 0;
            expect(known.lastHard(key, its)).toBe(lastHard);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('lose nothing to bounded memory, gaps and their own events noted early: never live what is dead', () => {
    fc.assert(
      fc.property(
        log.chain((events) =>
          fc.record({
            events: fc.constant(events),
            cuts,
            own: fc.subarray(events),
            maxMarks: fc.integer({ min: 1, max: 6 }),
            from: fc.nat(3),
            entries: fc.array(entry(events.length), { maxLength: 20 }),
          }),
        ),
        ({ events, cuts: at, own, maxMarks, from, entries }) => {
          const known = new Invalidations(from, maxMarks);
          for (const event of own) known.note(event);
          for (const piece of pieces(events, at)) {
            known.apply(piece);
            const seen = events.filter(
              ({ sequence }) => sequence <= known.sequence || own.some((o) => o.sequence === sequence),
            );
            for (const { born, key, tags: its } of entries) {
              const verdict = known.verdict({ born, tags: its }, key);
              const expected = naive(seen, born, key, its);
              expect(severity[verdict]).toBeGreaterThanOrEqual(severity[expected]);
              // Above the floor nothing is forgotten.
              if (born >= known.floor) expect(verdict).toBe(expected);
              else expect(verdict).toBe('dead');
              if (
                naive(
                  seen.filter((event) => !event.soft),
                  born,
                  key,
                  its,
                ) === 'dead'
              ) {
                expect(known.lastHard(key, its)).toBeGreaterThan(born);
              }
            }
            expect(known.size).toBeLessThanOrEqual(maxMarks + MAX_LIVE_PATTERNS);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  const clear = (sequence: number): Invalidation => ({ sequence, kind: 'clear', values: [], soft: false });
  const keysAt = (sequence: number, ...values: string[]): Invalidation => ({
    sequence,
    kind: 'keys',
    values,
    soft: false,
  });

  it('count everything below a gap as cleared', () => {
    const known = new Invalidations();
    known.apply({ after: 0, upTo: 3, events: [keysAt(2, 'a')] });
    expect(known.verdict({ born: 2, tags: [] }, 'a')).toBe('live');
    known.apply({ after: 5, upTo: 6, events: [keysAt(6, 'b')] });
    expect([known.floor, known.sequence]).toEqual([5, 6]);
    expect(known.verdict({ born: 4, tags: [] }, 'c')).toBe('dead');
    expect(known.verdict({ born: 5, tags: [] }, 'c')).toBe('live');
    expect(known.verdict({ born: 5, tags: [] }, 'b')).toBe('dead');
  });

  it('know their own event before what came before it, which is still to be pulled', () => {
    const known = new Invalidations(7);
    known.note(clear(10));
    expect(known.sequence).toBe(7);
    expect(known.verdict({ born: 9, tags: [] }, 'a')).toBe('dead');
    known.apply({ after: 7, upTo: 10, events: [keysAt(8, 'a'), clear(10)] });
    expect(known.sequence).toBe(10);
  });

  it('keep at most 64 patterns, by counting as cleared what the oldest could have matched', () => {
    const known = new Invalidations();
    const events = Array.from({ length: 70 }, (_, index): Invalidation => {
      return { sequence: index + 1, kind: 'pattern', values: [`p${index + 1}:*`], soft: index % 2 === 0 };
    });
    known.apply({ after: 0, upTo: 70, events });
    expect([known.size, known.floor]).toEqual([MAX_LIVE_PATTERNS, 6]);
    expect(known.verdict({ born: 5, tags: [] }, 'other')).toBe('dead');
    expect(known.verdict({ born: 6, tags: [] }, 'p8:x')).toBe('dead');
    expect(known.verdict({ born: 6, tags: [] }, 'p7:x')).toBe('stale');
    expect(known.verdict({ born: 7, tags: [] }, 'p7:x')).toBe('live');
  });

  it('count the same pattern once, however it is written', () => {
    const known = new Invalidations();
    const events = Array.from({ length: 200 }, (_, index): Invalidation => {
      return { sequence: index + 1, kind: 'pattern', values: [index % 2 === 0 ? 'a*' : '\\a**'], soft: false };
    });
    known.apply({ after: 0, upTo: 200, events });
    expect([known.size, known.floor]).toEqual([1, 0]);
  });

  it('stay bounded when one event has more keys than are remembered', () => {
    const known = new Invalidations(0, 100);
    known.apply({ after: 0, upTo: 1, events: [keysAt(1, ...Array.from({ length: 1_000 }, (_, key) => `k${key}`))] });
    expect([known.size, known.floor]).toEqual([0, 1]);
    expect(known.verdict({ born: 0, tags: [] }, 'k5')).toBe('dead');
    expect(known.verdict({ born: 1, tags: [] }, 'k5')).toBe('live');
  });

  it('take a pattern that they cannot read for everything', () => {
    const known = new Invalidations();
    known.apply({ after: 0, upTo: 1, events: [{ sequence: 1, kind: 'pattern', values: ['a\\'], soft: false }] });
    expect(known.verdict({ born: 0, tags: [] }, 'b')).toBe('dead');
  });
});
