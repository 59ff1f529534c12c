import { type AlertSeverity, alertSeverities } from '../contracts/alerts.ts';

/**
 * How grave it is that a value is beyond its threshold.
 *
 * @param ratio of the value to the threshold, as `ratioTo` has it
 * @returns undefined where it is not beyond it
 */
export function severityOf(ratio: number): AlertSeverity | undefined {
  if (ratio > 3) return 'critical';
  if (ratio > 2) return 'high';
  if (ratio > 1.5) return 'medium';
  return ratio > 1 ? 'low' : undefined;
}

const rank = (severity: AlertSeverity): number => alertSeverities.indexOf(severity);

/** Below 0: `a` is less grave than `b`. */
export const compareSeverity = (a: AlertSeverity, b: AlertSeverity): number => rank(a) - rank(b);

export const graver = (a: AlertSeverity, b: AlertSeverity): AlertSeverity => (compareSeverity(a, b) < 0 ? b : a);
