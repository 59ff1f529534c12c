import { describe, expect, it } from 'vitest';
import { meetsTargets } from '../../../../lib/optimization/profiles/targets.ts';

describe('Targets', () => {
  it('are met up to themselves, and throughput from itself on', () => {
    const targets = { responseTimeMs: 200, throughput: 50, errorRatePercent: 0 };
    expect(meetsTargets({ responseTimeMs: 200, throughput: 50, errorRatePercent: 0 }, targets).areMet).toBe(true);
    expect(meetsTargets({ responseTimeMs: 201, throughput: 50, errorRatePercent: 0 }, targets).areMet).toBe(false);
    expect(meetsTargets({ responseTimeMs: 200, throughput: 49, errorRatePercent: 0 }, targets)).toEqual({
      areMet: false,
      targets: [
        { metric: 'errorRatePercent', target: 0, measured: 0, isMet: true },
        { metric: 'responseTimeMs', target: 200, measured: 200, isMet: true },
        { metric: 'throughput', target: 50, measured: 49, isMet: false },
      ],
    });
  });

  it('that nothing was measured of are neither met nor missed', () => {
    expect(meetsTargets({ responseTimeMs: 10 }, { responseTimeMs: 20, cpuPercent: 50 })).toEqual({
      areMet: true,
      targets: [
        { metric: 'cpuPercent', target: 50 },
        { metric: 'responseTimeMs', target: 20, measured: 10, isMet: true },
      ],
    });
    expect(meetsTargets({}, { cpuPercent: 50 }).areMet).toBeUndefined();
    expect(meetsTargets({ cpuPercent: 5 }, {}).areMet).toBeUndefined();
  });
});
