import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moreUsdPerMonth } from '../../../lib/contracts/optimization-costs.ts';
import { CostAllowance, costsMoreThanAllowed } from '../../../lib/optimization/planning/cost-allowance.ts';

const costing = (before: number, after: number) => ({ costUsdPerMonth: { before, after } });
const dear = costing(1, 13.5);

describe('What a plan may cost more', () => {
  it('is nothing by itself, but for what nobody needs to be asked for', () => {
    const refusals = [costing(100, 105), costing(0, 1), costing(20, 5), {}, dear].map((each) =>
      new CostAllowance({ approve: 'auto' }).refusalOf(each),
    );
    expect(refusals.slice(0, -1)).toEqual([undefined, undefined, undefined, undefined]);
    expect(refusals.at(-1)).toBe(
      'It costs 12.50 USD a month more: that takes an approval (approve: manual), or a limit (costLimitUsdPerMonth).',
    );
  });

  it('is all that whoever approves the plan sees', () => {
    expect(new CostAllowance({ approve: 'manual' }).refusalOf(dear)).toBeUndefined();
  });

  it('is a limit for all of it together, also where it waits for approval', () => {
    for (const approve of ['auto', 'manual'] as const) {
      const allowance = new CostAllowance({ approve, costLimitUsdPerMonth: 15 });
      expect([dear, dear, costing(0, 2)].map((each) => allowance.refusalOf(each))).toEqual([
        undefined,
        'It costs 12.50 USD a month more, and of what may be spent 2.50 are left.',
        undefined,
      ]);
    }
  });

  it('is never exceeded, and what was seen of a plan is enough for it', () => {
    const costings = fc.array(
      fc
        .record({ before: fc.nat(50_000), after: fc.nat(50_000) })
        .map(({ before, after }) => costing(before / 100, after / 100)),
    );
    fc.assert(
      fc.property(costings, fc.nat(100), (all, costLimitUsdPerMonth) => {
        const allowance = new CostAllowance({ approve: 'auto', costLimitUsdPerMonth });
        const taken = all.filter((each) => allowance.refusalOf(each) === undefined);
        expect(moreUsdPerMonth(taken)).toBeLessThanOrEqual(costLimitUsdPerMonth + 1e-6);
        const seen = new CostAllowance({
          approve: 'auto',
          costLimitUsdPerMonth: Math.ceil(100 * moreUsdPerMonth(taken)) / 100 + 1e-6,
        });
        expect(taken.filter((each) => seen.refusalOf(each) !== undefined)).toEqual([]);
      }),
    );
  });

  it('holds for a plan that is made anew, too', () => {
    expect(costsMoreThanAllowed(dear, dear)).toBe(false);
    expect(costsMoreThanAllowed(dear, costing(1, 14))).toBe(true);
    expect(costsMoreThanAllowed({}, dear)).toBe(true);
    expect(costsMoreThanAllowed(costing(100, 104), costing(100, 110))).toBe(true);
    expect(costsMoreThanAllowed({}, costing(100, 104))).toBe(false);
    expect(costsMoreThanAllowed(dear, {})).toBe(false);
  });
});
