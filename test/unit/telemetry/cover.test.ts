import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Period } from '../../../lib/telemetry/period.ts';
import { type Cover, type CoverRules, coverOf } from '../../../lib/telemetry/rollups/cover.ts';
import { type Level, levelNames, levels, startOf } from '../../../lib/telemetry/rollups/levels.ts';
import { noon } from '../../support/telemetry-batches.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const kept = { raw: noon - 5 * hourMs, minute: noon - 2 * dayMs, hour: noon - 30 * dayMs, day: noon - 400 * dayMs };
const all: CoverRules = { keptFrom: kept, isComplete: () => true };

const piecesOf = ({ raw, rolled }: Cover): Period[] =>
  [...raw, ...levelNames.flatMap((level) => rolled[level])].sort((a, b) => a.from - b.from);

const countOf = (cover: Cover, level: Level): number =>
  cover.rolled[level].reduce((sum, { from, to }) => sum + (to - from) / levels[level].ms, 0);

const seconds = (days: number) => fc.integer({ min: 0, max: days * 86_400 }).map((before) => noon - before * 1000);
const periods = fc
  .oneof(fc.tuple(seconds(0.3), seconds(0.3)), fc.tuple(seconds(60), seconds(60)), fc.tuple(seconds(500), seconds(3)))
  .map(([a, b]) => ({ from: Math.min(a, b), to: Math.max(a, b) }));
/** Of which minutes, hours and days nothing complete is there. */
const incomplete = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...levelNames), seconds(3)), { maxLength: 200 })
  .map((marks) => new Set(marks.map(([level, at]) => `${level} ${startOf(level, at)}`)));

describe('covering a period', () => {
  it('reads every moment of it once, and only rollups that are whole', () => {
    fc.assert(
      fc.property(periods, incomplete, (period, missing) => {
        const isComplete = (level: Level, start: number): boolean => !missing.has(`${level} ${start}`);
        const cover = coverOf(period, { keptFrom: kept, isComplete });
        const pieces = piecesOf(cover);
        for (const [index, { from, to }] of pieces.entries()) {
          expect(from).toBeLessThan(to);
          if (index > 0) expect(from).toBe(pieces[index - 1]?.to);
        }
        const [first] = pieces;
        if (period.from < period.to) {
          expect(first?.from).toBeLessThanOrEqual(Math.max(period.from, kept.day));
          expect(pieces.at(-1)?.to).toBeGreaterThanOrEqual(period.to);
        }
        // Where the windows are kept, neither more nor less than what was asked for.
        if (period.from >= kept.raw && pieces.length > 0) {
          expect([first?.from, pieces.at(-1)?.to]).toEqual([period.from, period.to]);
          for (const level of levelNames) {
            for (const { from, to } of cover.rolled[level]) {
              for (let at = from; at < to; at += levels[level].ms) expect(isComplete(level, at)).toBe(true);
            }
          }
        }
      }),
    );
  });

  it('takes some hundred rollups at most, however long it is', () => {
    const cover = coverOf({ from: noon - 400 * dayMs + 7000, to: noon - 90_000 }, all);
    expect(countOf(cover, 'minute') + countOf(cover, 'hour') + countOf(cover, 'day')).toBeLessThan(500);
    expect(cover.raw.reduce((sum, { from, to }) => sum + to - from, 0)).toBeLessThan(60_000);
  });

  it('has days, then hours, then minutes, then windows', () => {
    const { raw, rolled } = coverOf({ from: noon - 2 * dayMs, to: noon + 150_000 }, all);
    const midnight = noon - 12 * hourMs;
    expect(rolled).toEqual({
      day: [{ from: midnight - dayMs, to: midnight }],
      hour: [
        { from: noon - 2 * dayMs, to: midnight - dayMs },
        { from: midnight, to: noon },
      ],
      minute: [{ from: noon, to: noon + 120_000 }],
    });
    expect(raw).toEqual([{ from: noon + 120_000, to: noon + 150_000 }]);
  });
});
