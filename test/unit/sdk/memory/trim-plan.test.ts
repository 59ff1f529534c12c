import { describe, expect, it } from 'vitest';
import type { PressureLevel } from '../../../../lib/sdk/memory/pressure-level.ts';
import { TrimPlan } from '../../../../lib/sdk/memory/trim-plan.ts';

const plan = () => new TrimPlan({ moderate: 0.25, critical: 0.5 });
const heap = (heapPercent: number, level: PressureLevel = 'moderate', isAfterCollection = true) => ({
  level,
  heapLevel: level,
  heapPercent,
  rssPercent: 20,
  isAfterCollection,
});
const resident = (rssPercent: number) => ({
  level: 'moderate' as const,
  heapLevel: 'none' as const,
  heapPercent: 20,
  rssPercent,
  isAfterCollection: true,
});

describe('Trimming', () => {
  it('does nothing while memory is not short', () => {
    expect(plan().decide(heap(50, 'none'), 0)).toEqual({});
  });

  it('lets go of more at each time that it did not help, and never gives up on the heap', () => {
    const trims = plan();
    const decisions = [1, 2, 3, 4, 5].map((second) => trims.decide(heap(85), second * 1_000));
    expect(decisions).toEqual([
      { fraction: 0.25 },
      { helped: false, fraction: 0.5 },
      { helped: false, fraction: 1 },
      { helped: false, isFutile: true, fraction: 1 },
      { helped: false, fraction: 1 },
    ]);
    expect(trims.decide(heap(60, 'none'), 7_000)).toEqual({ helped: true });
    expect(trims.decide(heap(85), 8_000)).toEqual({ fraction: 0.25 });
  });

  it('begins with more when it is critical, and goes on as it began while it helps', () => {
    const trims = plan();
    expect(trims.decide(heap(95, 'critical'), 0)).toEqual({ fraction: 0.5 });
    expect(trims.decide(heap(91, 'critical'), 1)).toEqual({ helped: true, fraction: 0.5 });
    expect(trims.decide(heap(86), 2)).toEqual({ helped: true, fraction: 0.25 });
  });

  it('waits for a collection before it judges the heap', () => {
    const trims = plan();
    trims.decide(heap(85), 0);
    expect(trims.decide(heap(85, 'moderate', false), 60_000)).toEqual({});
  });

  it('gives resident memory time to follow, and pauses when it does not', () => {
    const trims = plan();
    const at = (second: number) => trims.decide(resident(90), second * 1_000);
    expect([at(0), at(9), at(10), at(20)]).toEqual([
      { fraction: 0.25 },
      {},
      { helped: false, fraction: 0.5 },
      { helped: false, fraction: 1 },
    ]);
    expect([at(30), at(40), at(89)]).toEqual([{ helped: false, isFutile: true }, {}, {}]);
    expect(at(90)).toEqual({ helped: false, fraction: 1 });
  });
});
