import type { Profile } from '../../contracts/profiles.ts';
import { isSameValue } from '../sides.ts';
import type { StoredChoice, ThresholdOverrides } from './model.ts';

/** The thresholds that a profile makes of its targets; none where it makes no alerts of them. */
export function thresholdsOf({ rules, targetMetrics }: Profile): ThresholdOverrides {
  if (!rules.monitoring.performanceAlerts) return {};
  const { responseTimeMs, cpuPercent, memoryPercent, errorRatePercent } = targetMetrics;
  const targets = Object.entries({ slowRequestMs: responseTimeMs, cpuPercent, memoryPercent, errorRatePercent });
  // A rate of nothing at all is a target, and no threshold.
  return Object.fromEntries(
    targets.flatMap(([name, value]) =>
      value === undefined || value <= 0 || value > largest(name) ? [] : [[name, { value, forMinutes: 5 }]],
    ),
  );
}

const largest = (name: string): number => (name === 'slowRequestMs' ? Number.POSITIVE_INFINITY : 99.999);

/** What a project has without what a profile set: where somebody has set another value since, that stays. */
export function withoutProfile(
  present: ThresholdOverrides,
  { set, before }: NonNullable<StoredChoice['thresholds']>,
): ThresholdOverrides {
  const mine = Object.entries(set).filter(([name, value]) => isSameValue(present[name as keyof typeof present], value));
  const names = new Set(mine.map(([name]) => name));
  const others = Object.entries(present).filter(([name]) => !names.has(name));
  const restored = Object.entries(before).filter(([name]) => names.has(name));
  return Object.fromEntries([...others, ...restored]);
}
