import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluateExpression, mathExpression } from '../../../lib/local/emulators/cloudwatch/expression.ts';

const series = (points: Record<number, number>): Map<number, number> =>
  new Map(Object.entries(points).map(([at, value]) => [Number(at), value]));

describe('an expression of metrics', () => {
  it('has a value in each period in which all its metrics have one', () => {
    const metrics = new Map([
      ['part', series({ 60: 1, 120: 3 })],
      ['whole', series({ 60: 10, 120: 12, 180: 8 })],
    ]);
    expect(evaluateExpression('100 * part / whole', metrics)).toEqual([
      { timestampMs: 60, value: 10 },
      { timestampMs: 120, value: 25 },
    ]);
    expect(evaluateExpression('100 * FILL(part, 0) / whole', metrics).at(-1)).toEqual({ timestampMs: 180, value: 0 });
  });

  it('has none where it divides by nothing', () => {
    const metrics = new Map([
      ['part', series({ 60: 1, 120: 0 })],
      ['whole', series({ 60: 0, 120: 0 })],
    ]);
    expect(evaluateExpression('part / whole', metrics)).toEqual([]);
  });

  it('has the value of a case, and none where what decides is missing', () => {
    const metrics = new Map([
      ['hits', series({ 60: 30, 120: 1, 180: 9 })],
      ['misses', series({ 60: 10, 120: 2 })],
    ]);
    const rate =
      'IF(FILL(hits, 0) + FILL(misses, 0) < 5, 100, 100 * FILL(hits, 0) / (FILL(hits, 0) + FILL(misses, 0)))';
    expect(evaluateExpression(rate, metrics).map(({ value }) => value)).toEqual([75, 100, 100]);
    expect(evaluateExpression('IF(misses >= 10, 1, 2)', metrics).map(({ value }) => value)).toEqual([1, 2]);
    expect(evaluateExpression('(misses != 2) * 5 + (hits == 1) * 7', metrics).map(({ value }) => value)).toEqual([
      5, 7,
    ]);
  });

  it('comes to what arithmetic says', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e6, max: 1e6 }), fc.integer({ min: -1e6, max: 1e6 }), (a, b) => {
        const metrics = new Map([
          ['a', series({ 60: a })],
          ['b', series({ 60: b })],
        ]);
        expect(evaluateExpression('(a + b) * 2 - a', metrics)[0]?.value).toBe((a + b) * 2 - a);
      }),
    );
  });

  it.each([
    'RATE(m1)',
    'SELECT 1 FROM "x"',
    'ANOMALY_DETECTION_BAND(m1, 2)',
    'constructor("x")',
    'a ; b',
    '[m1]',
    'a ? b : c',
    'a +',
    'a = 1',
    '(a',
    'METRICS() > 1',
  ])('is refused where it is more than that: %s', (text) => {
    expect(mathExpression.safeParse(text).success).toBe(false);
  });
});
