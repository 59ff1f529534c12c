import { describe, expect, it } from 'vitest';
import { atSameTimeBefore, keepForNext, noPeriodBefore } from '../../../../lib/statistics/period-before.ts';
import { BEGIN_MS, DAY_MS, MINUTE_MS } from './series.ts';

const day = { lengthMs: DAY_MS, slotMs: 5 * MINUTE_MS, nearSlots: 6 };

/** What is found at a time after values were kept at others, all in minutes. */
function found(
  kept: readonly [atMinute: number, value: number][],
  atMinute: number,
  begin = BEGIN_MS,
): number | undefined {
  const before = noPeriodBefore(day);
  for (const [minute, value] of kept) keepForNext(day, before, begin + minute * MINUTE_MS, value);
  return atSameTimeBefore(day, before, begin + atMinute * MINUTE_MS);
}

const DAY = 1_440;

describe('the period before', () => {
  it('has the value at the same time of day', () => {
    expect(found([[600, 7]], 600 + DAY)).toBe(7);
    expect(
      found(
        [
          [600, 7],
          [605, 8],
        ],
        601 + DAY,
      ),
    ).toBe(7);
    expect(found([[DAY - 5, 7]], DAY - 5 + DAY)).toBe(7);
  });

  it('takes what is half an hour off at most, across midnight too', () => {
    expect(found([[600, 7]], 632 + DAY)).toBe(7);
    expect(found([[600, 7]], 636 + DAY)).toBeUndefined();
    expect(found([[10, 7]], DAY - 10 + DAY)).toBe(7);
    expect(
      found(
        [
          [600, 7],
          [610, 8],
        ],
        609 + DAY,
      ),
    ).toBe(8);
  });

  it('does not take what was just now for it', () => {
    expect(found([[600, 7]], 600)).toBeUndefined();
    expect(
      found(
        [
          [590, 5],
          [600, 7],
          [600 + DAY, 9],
        ],
        601 + DAY,
      ),
    ).toBe(5);
    // A clock that went back.
    expect(found([[660, 7]], 600)).toBeUndefined();
  });

  it('reaches over a gap of a week and no further', () => {
    expect(found([[600, 7]], 600 + 7 * DAY)).toBe(7);
    expect(found([[600, 7]], 601 + 7 * DAY)).toBeUndefined();
  });

  it('has days before 1970 and around it', () => {
    expect(found([[0, 7]], DAY, 0)).toBe(7);
    expect(found([[600, 7]], 600 + DAY, -30 * DAY_MS)).toBe(7);
  });
});
