import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { niceTicks, timeTicks } from '../../lib/cli/axis-ticks.ts';
import { widthOf } from '../../lib/cli/fit.ts';
import { terminalPlot } from '../../lib/cli/terminal-plot.ts';
import { decimal } from '../../lib/contracts/figures.ts';

const plain = (width: number) => ({ colours: pc.createColors(false), width });
const axis = { ticks: niceTicks, format: decimal };
const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });
const point = fc.record({ x: finite, y: finite });
const inOrder = fc.array(point, { minLength: 1, maxLength: 200 }).map((points) => points.toSorted((a, b) => a.x - b.x));

describe('A plot in the terminal', () => {
  it('is no wider than the terminal, of whatever points, and says nothing by colour alone', () => {
    fc.assert(
      fc.property(inOrder, fc.boolean(), fc.integer({ min: 60, max: 120 }), (points, isLine, width) => {
        const parts = {
          title: 'Any',
          x: { ...axis, label: 'x' },
          y: axis,
          ...(isLine ? { lines: [points] } : { points }),
        };
        const lines = terminalPlot(parts, plain(width));
        expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
        expect(lines.length).toBeLessThan(24);
        expect(lines.some((line) => /[●━]/.test(line))).toBe(true);
        const inColour = terminalPlot(parts, { colours: pc.createColors(true), width });
        expect(inColour.map((line) => stripVTControlCharacters(line).trimEnd())).toEqual(lines);
      }),
      { numRuns: 30 },
    );
  });

  it('has each point in its row and column, over the line', () => {
    const lines = terminalPlot(
      {
        title: 'y',
        lines: [
          [
            { x: 0, y: 0 },
            { x: 10, y: 0 },
          ],
        ],
        points: [{ x: 5, y: 100 }],
        levels: [{ x: 5 }],
        x: { ...axis, label: 'x' },
        y: axis,
      },
      plain(80),
    );
    const top = lines.find((line) => line.includes('●')) ?? '';
    const ticks = lines.find((line) => /^\s+0\s.*\s5\s.*10/.test(line)) ?? '';
    expect(lines.indexOf(top)).toBeLessThan(4);
    expect(Math.abs(top.indexOf('●') - ticks.indexOf('5'))).toBeLessThanOrEqual(1);
    expect(lines.filter((line) => line.includes('┊')).length).toBeGreaterThan(10);
  });
});

describe('Ticks', () => {
  it('are round, within the range and no more than asked for', () => {
    expect(niceTicks(0, 14_000, 4)).toEqual([0, 5000, 10_000]);
    expect(niceTicks(-0.03, 0.07, 5)).toEqual([-0.02, 0, 0.02, 0.04, 0.06]);
    expect(timeTicks(Date.UTC(2026, 0, 1, 5), Date.UTC(2026, 0, 3, 5), 3)).toEqual([
      Date.UTC(2026, 0, 2),
      Date.UTC(2026, 0, 3),
    ]);
    expect(niceTicks(-999999999999.9968, -999999999999.9966, 1)).toEqual([-999999999999.9968]);
    const range = fc.tuple(finite, finite).filter(([low, high]) => high > low);
    fc.assert(
      fc.property(range, fc.integer({ min: 1, max: 12 }), ([low, high], count) => {
        for (const ticks of [niceTicks(low, high, count), timeTicks(low, high, count)]) {
          const slack = 1e-6 * (high - low);
          expect(ticks.length).toBeLessThanOrEqual(count + 1);
          expect(ticks.every((tick) => tick >= low - slack && tick <= high + slack)).toBe(true);
        }
      }),
    );
  });
});
