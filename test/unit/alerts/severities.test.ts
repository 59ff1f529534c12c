import { describe, expect, it } from 'vitest';
import { severityOf } from '../../../lib/alerts/severity.ts';
import { judge } from '../../../lib/alerts/thresholds/judge.ts';
import { rules } from '../../../lib/alerts/thresholds/rules.ts';
import type { AlertSeverity, AlertType } from '../../../lib/contracts/alerts.ts';
import { type ThresholdPreset, thresholdsInForce } from '../../../lib/contracts/thresholds.ts';

const to = Date.parse('2026-01-31T02:00:00.000Z');

/** What a figure that stays as it is for five minutes comes to. */
function held(metric: string, value: number, preset: ThresholdPreset) {
  const rule = rules.find((each) => each.metric === metric);
  const threshold = rule && thresholdsInForce({ preset })[rule.threshold];
  if (rule === undefined || threshold === undefined) throw new Error(`${metric} has no threshold`);
  const values = Array.from({ length: 60 }, (_, index) => (index < 55 ? undefined : value));
  return { type: rule.type, found: judge(rule, threshold, { to, values }) };
}

describe('Severities', () => {
  it.each([
    [1, undefined],
    [1.01, 'low'],
    [1.5, 'low'],
    [1.51, 'medium'],
    [2, 'medium'],
    [2.01, 'high'],
    [3, 'high'],
    [3.01, 'critical'],
    [Number.POSITIVE_INFINITY, 'critical'],
  ] as const)('%d times the threshold is %s', (ratio, severity) => {
    expect(severityOf(ratio)).toBe(severity);
  });

  type Row = [
    type: AlertType,
    metric: string,
    preset: ThresholdPreset,
    value: number,
    severity: AlertSeverity | undefined,
  ];
  it.each<Row>([
    // By default: above 2 s on average, 5 % errors, 80 % CPU, 90 % memory, below 70 % hits, held for five minutes.
    ['slow-requests', 'avgResponseTimeMs', 'default', 2000, undefined],
    ['slow-requests', 'avgResponseTimeMs', 'default', 2001, 'low'],
    ['slow-requests', 'avgResponseTimeMs', 'default', 3001, 'medium'],
    ['slow-requests', 'avgResponseTimeMs', 'default', 4001, 'high'],
    ['slow-requests', 'avgResponseTimeMs', 'default', 6001, 'critical'],
    ['error-rate', 'errorRatePercent', 'default', 5, undefined],
    ['error-rate', 'errorRatePercent', 'default', 5.1, 'low'],
    ['error-rate', 'errorRatePercent', 'default', 7.6, 'medium'],
    ['error-rate', 'errorRatePercent', 'default', 10.1, 'high'],
    ['error-rate', 'errorRatePercent', 'default', 15.1, 'critical'],
    ['high-cpu', 'cpuPercent', 'default', 80, undefined],
    ['high-cpu', 'cpuPercent', 'default', 81, 'low'],
    ['high-cpu', 'cpuPercent', 'default', 87, 'medium'],
    ['high-cpu', 'cpuPercent', 'default', 90.1, 'high'],
    ['high-cpu', 'cpuPercent', 'default', 93.4, 'critical'],
    ['high-cpu', 'cpuPercent', 'default', 100, 'critical'],
    ['high-memory', 'memoryPercent', 'default', 90, undefined],
    ['high-memory', 'memoryPercent', 'default', 91, 'low'],
    ['high-memory', 'memoryPercent', 'default', 97, 'critical'],
    ['low-cache-hit-rate', 'cacheHitRatePercent', 'default', 70, undefined],
    ['low-cache-hit-rate', 'cacheHitRatePercent', 'default', 69, 'low'],
    ['low-cache-hit-rate', 'cacheHitRatePercent', 'default', 54, 'medium'],
    ['low-cache-hit-rate', 'cacheHitRatePercent', 'default', 39, 'high'],
    ['low-cache-hit-rate', 'cacheHitRatePercent', 'default', 9, 'critical'],
    ['slow-queries', 'avgQueryTimeMs', 'default', 100, undefined],
    ['slow-queries', 'avgQueryTimeMs', 'default', 101, 'low'],
    ['slow-requests', 'avgResponseTimeMs', 'development', 1001, 'low'],
    ['slow-queries', 'avgQueryTimeMs', 'development', 101, 'low'],
    ['high-memory', 'memoryMb', 'development', 501, 'low'],
    ['error-rate', 'errorRatePercent', 'development', 10, undefined],
    ['error-rate', 'errorRatePercent', 'development', 10.1, 'low'],
    ['slow-requests', 'avgResponseTimeMs', 'production', 501, 'low'],
    ['slow-queries', 'avgQueryTimeMs', 'production', 51, 'low'],
    ['high-memory', 'memoryMb', 'production', 201, 'low'],
    ['error-rate', 'errorRatePercent', 'production', 5.1, 'low'],
  ])('%s: %s of the preset %s at %d is %s', (type, metric, preset, value, severity) => {
    const { type: found, found: said } = held(metric, value, preset);
    expect(found).toBe(type);
    expect(said.finds).toBe(severity === undefined ? 'between' : 'firing');
    if (said.finds === 'firing') expect(said.severity).toBe(severity);
  });
});
