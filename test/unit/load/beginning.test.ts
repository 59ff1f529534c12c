import { describe, expect, it } from 'vitest';
import { leaseMs } from '../../../lib/load/decide.ts';
import { beginningOf } from '../../../lib/load/hand-over.ts';
import type { StoredShard } from '../../../lib/load/model.ts';
import { startAtMs, storedRun, storedShard, storedStep } from '../../support/load-run.ts';

const run = storedRun({ startAtMs, step: storedStep({ index: 1, startAtMs, level: 10 }), workers: 2 });
/** Was heard of ten seconds after the start, and never again. */
const heardOf = (changes: Partial<StoredShard>): StoredShard =>
  storedShard(0, { state: 'running', stepsDone: 1, leaseUntilMs: startAtMs + 10_000 + leaseMs, ...changes });
const places = { '0 a': 100, 'seq()': 0 };

describe('where the successor of an invocation begins', () => {
  it('is where that one decided', () => {
    const handOver = { step: 1, atMs: 7000, places };
    expect(beginningOf(heardOf({ handOver }), run, startAtMs + 6000)).toEqual(handOver);
  });

  it('is open while that one lives', () => {
    expect(beginningOf(heardOf({ places }), run, startAtMs + 9999 + leaseMs)).toBeUndefined();
  });

  it('is the next interval after that one died, and past the rows that it may have taken', () => {
    // Ten a second, of which it may have taken twice as many until its lease ran out; and five users at once.
    const beyond = 2 * 10 * (leaseMs / 1000) + 5;
    expect(beginningOf(heardOf({ places }), run, startAtMs + 10_000 + leaseMs)).toEqual({
      step: 1,
      atMs: 26_000,
      places: { '0 a': 100 + beyond, 'seq()': 5 },
    });
  });

  it('is the next step where that one died between two', () => {
    const died = heardOf({ places, stepsDone: 2 });
    expect(beginningOf(died, run, startAtMs + 10_000 + leaseMs)).toMatchObject({ step: 2, atMs: 0 });
  });
});
