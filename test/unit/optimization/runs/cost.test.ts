import { describe, expect, it } from 'vitest';
import type { Change } from '../../../../lib/contracts/optimizations.ts';
import { costOf } from '../../../../lib/optimization/runs/cost.ts';

const ofTable = (resource: string, property: string): Change => ({
  kind: 'aws',
  service: 'dynamodb',
  resource,
  property,
  before: 1,
  after: 2,
});

const kept = (change: Change, beforeUsdPerMonth: number, afterUsdPerMonth: number) => ({
  planned: { changes: [change] },
  unit: {
    comparison: {
      responseTime: { beforeMs: 10, afterMs: 9 },
      p95ResponseTime: { beforeMs: 20, afterMs: 18 },
      throughput: { beforeRequestsPerSecond: 1, afterRequestsPerSecond: 1 },
      errorRate: { beforePercent: 0, afterPercent: 0 },
      cost: { beforeUsdPerMonth, afterUsdPerMonth },
    },
  },
});

describe('What was kept costs together', () => {
  it('as much as its parts, where they are of several resources', () => {
    const both = [kept(ofTable('orders', 'billingMode'), 100, 60), kept(ofTable('carts', 'billingMode'), 50, 55)];
    expect(costOf(both)).toEqual({ cost: { beforeUsdPerMonth: 150, afterUsdPerMonth: 115 } });
  });

  it('what a resource cost, once, and by how much each changes that', () => {
    const both = [kept(ofTable('orders', 'billingMode'), 100, 60), kept(ofTable('orders', 'tableClass'), 120, 90)];
    const together = { cost: { beforeUsdPerMonth: 120, afterUsdPerMonth: 50 } };
    expect(costOf(both)).toEqual(together);
    expect(costOf(both.toReversed())).toEqual(together);
  });

  it('nothing that could be told, where no price is known; and never less than nothing', () => {
    const unknown = { planned: { changes: [ofTable('orders', 'tableClass')] }, unit: {} };
    expect(costOf([])).toEqual({});
    expect(costOf([unknown])).toEqual({});
    const both = [kept(ofTable('orders', 'billingMode'), 100, 20), kept(ofTable('orders', 'tableClass'), 100, 20)];
    expect(costOf([unknown, ...both])).toEqual({ cost: { beforeUsdPerMonth: 100, afterUsdPerMonth: 0 } });
  });
});
