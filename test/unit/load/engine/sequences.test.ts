import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Places, Sequences } from '../../../../lib/load/engine/sequences.ts';
import { placesAhead } from '../../../../lib/load/kept-places.ts';

describe('the sequences of a shard', () => {
  it('are each counted by themselves, and go on from where others were told to have come', () => {
    const sequences = new Sequences({ 'seq()': 7, constructor: 3, other: 5 });
    expect([sequences.of('seq()').take(), sequences.of('new').take(), sequences.of('new').take()]).toEqual([7, 0, 1]);
    expect(sequences.of('toString').take()).toBe(0);
    expect(sequences.places).toEqual({ 'seq()': 8, constructor: 3, other: 5, new: 2, toString: 1 });
  });

  it('are taken without a gap and nothing twice, in whatever turns two invocations take', () => {
    // From the hand-over on: what the first one still takes, at most what was kept for it, and what the second takes
    // before and after it hears of that.
    const turns = fc.record({
      before: fc.nat(30),
      kept: fc.nat(20),
      late: fc.nat(20),
      early: fc.nat(20),
      after: fc.integer({ min: 20, max: 40 }),
    });
    fc.assert(
      fc.property(turns, ({ before, kept, late, early, after }) => {
        const taken: number[] = [];
        const take = (sequences: Sequences, count: number) => {
          for (let n = 0; n < count; n++) taken.push(sequences.of('rows').take());
        };
        const first = new Sequences();
        take(first, before);
        const from: Places = { rows: before + kept };
        const second = new Sequences(from);
        take(second, early);
        take(first, Math.min(late, kept));
        second.giveBack({ rows: first.of('rows').place }, from);
        take(second, after);
        expect(new Set(taken).size).toBe(taken.length);
        expect(taken.toSorted((a, b) => a - b)).toEqual(taken.map((_, index) => index));
      }),
    );
  });
});

it('keeps a predecessor what it may need: twice its rate, and what may come at once', () => {
  const pace = { before: { rows: 100, 'seq()': 0 }, overMs: 10_000, atOnce: 5 };
  // 10 and 25 a second.
  expect(placesAhead({ rows: 200, 'seq()': 250 }, 1500, pace)).toEqual({ rows: 200 + 30 + 5, 'seq()': 250 + 75 + 5 });
  expect(placesAhead({ rows: 0 }, 1500, { before: {}, overMs: 0, atOnce: 5 })).toEqual({ rows: 5 });
});
