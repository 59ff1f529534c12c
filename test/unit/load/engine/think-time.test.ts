import { expect, it } from 'vitest';
import { meanThinkMs, thinkMs } from '../../../../lib/load/engine/think-time.ts';
import { Random } from '../../../../lib/statistics/random.ts';

it('lets users think as long as they are told to', () => {
  const random = new Random(5);
  expect([thinkMs(1000, random), meanThinkMs(1000)]).toEqual([1000, 1000]);
  const drawn = Array.from({ length: 1000 }, () => thinkMs({ min: 200, max: 400 }, random));
  expect(Math.min(...drawn)).toBeGreaterThanOrEqual(200);
  expect(Math.max(...drawn)).toBeLessThanOrEqual(400);
  expect(drawn.reduce((a, b) => a + b, 0) / 1000).toBeCloseTo(meanThinkMs({ min: 200, max: 400 }), -1);
});
