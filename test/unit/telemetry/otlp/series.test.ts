import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Attributes } from '../../../../lib/telemetry/otlp/attributes.ts';
import type { HistogramPoint, MetricPoint } from '../../../../lib/telemetry/otlp/metric-points.ts';
import { advance, type Change, type SeriesState } from '../../../../lib/telemetry/otlp/series.ts';
import { noon } from '../../../support/telemetry-batches.ts';

const none = { now: noon, isBaseline: () => false };

const counter = (value: number, timeMs: number, given: { startMs?: number; series?: string } = {}): MetricPoint => ({
  kind: 'counter',
  name: 'orders',
  unit: '',
  attributes: new Attributes([{ key: 'series', value: { stringValue: given.series ?? 'a' } }]),
  startMs: given.startMs ?? noon - 60_000,
  timeMs,
  isCumulative: true,
  value,
});

const histogram = (counts: number[], timeMs: number, scale: number): HistogramPoint => ({
  kind: 'histogram',
  name: 'latency',
  unit: 's',
  attributes: new Attributes(),
  startMs: noon - 60_000,
  timeMs,
  isCumulative: true,
  count: counts.reduce((sum, count) => sum + count, 0),
  sum: undefined,
  min: undefined,
  max: undefined,
  buckets: {
    scale,
    counts: new Map(counts.map((count, index): [number, number] => [index, count]).filter(([, n]) => n > 0)),
  },
});

const growthOf = (changes: readonly Change[]): number =>
  changes.reduce((sum, change) => sum + (change.kind === 'histogram' ? change.count : change.value), 0);

function run(exports: readonly MetricPoint[][], options = none): { changes: Change[]; state: SeriesState | undefined } {
  let state: SeriesState | undefined;
  const changes: Change[] = [];
  for (const points of exports) {
    const advanced = advance(state, points, options);
    ({ state } = advanced);
    changes.push(...advanced.changes);
  }
  return { changes, state };
}

describe('totals that run on', () => {
  it('are counted by what they grow, whatever is sent again or comes late', () => {
    const added = fc.record({ series: fc.constantFrom('a', 'b', 'c'), more: fc.nat(20), restarts: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(added, { minLength: 1, maxLength: 30 }),
        fc.array(fc.nat(40), { maxLength: 15 }),
        (steps, again) => {
          const totals = new Map<string, { value: number; startMs: number }>();
          let truth = 0;
          const exports = steps.map(({ series, more, restarts }, index) => {
            const timeMs = noon + index * 1000;
            const known = totals.get(series);
            // A series that restarts says when.
            const begun = known === undefined || restarts ? { value: 0, startMs: timeMs - 500 } : known;
            totals.set(series, { ...begun, value: begun.value + more });
            truth += more;
            return [...totals].map(([name, total]) => counter(total.value, timeMs, { ...total, series: name }));
          });
          const sent: MetricPoint[][] = [];
          for (const [index, one] of exports.entries()) {
            sent.push(one);
            for (const late of again) if (late <= index) sent.push(exports[late] ?? []);
          }
          expect(growthOf(run(sent).changes)).toBe(truth);
        },
      ),
    );
  });

  it('tell from when to when they grew', () => {
    const { changes } = run([
      [counter(5, noon)],
      [counter(9, noon + 10_000), counter(3, noon + 10_000, { series: 'late', startMs: noon - 600_000 })],
    ]);
    expect(changes.map(({ startMs, timeMs }) => [startMs - noon, timeMs - noon])).toEqual([
      [-60_000, 0],
      [0, 10_000],
      [0, 10_000],
    ]);
  });

  it('begin to count where they are first heard of, for an instance that is old by then', () => {
    const old = noon - 86_400_000;
    const { changes } = run([
      [counter(1_000_000, noon, { startMs: old })],
      [counter(1_000_007, noon + 10_000, { startMs: old })],
    ]);
    expect(growthOf(changes)).toBe(7);
  });

  it('are counted anew where they fall, though they do not say that they began anew', () => {
    const { changes } = run([[counter(10, noon)], [counter(4, noon + 1000)], [counter(6, noon + 2000)]]);
    expect(growthOf(changes)).toBe(16);
  });

  it('are one for each process that tells of them under one name, told apart by when they began', () => {
    const twice = (first: number, second: number, at: number) => [
      counter(first, noon + at, { startMs: noon - 1000 }),
      counter(second, noon + at, { startMs: noon - 2000 }),
    ];
    expect(growthOf(run([twice(10, 1, 0), twice(11, 3, 1000)]).changes)).toBe(14);
  });

  it('of exponential histograms are compared at the coarser scale', () => {
    const { changes } = run([[histogram([1, 0, 2, 1], noon, 3)], [histogram([3, 4], noon + 1000, 2)]]);
    expect(growthOf(changes)).toBe(7);
    const [, grown] = changes;
    expect(grown?.kind === 'histogram' && [...grown.buckets.counts]).toEqual([
      [0, 2],
      [1, 1],
    ]);
  });

  it('that others have counted say only from where to count', () => {
    const first = advance(undefined, [counter(10, noon)], { now: noon, isBaseline: () => true });
    expect(first.changes).toEqual([]);
    expect(growthOf(advance(first.state, [counter(12, noon + 1000)], none).changes)).toBe(2);
  });

  it('are not counted again from their beginning after a silence in which they were forgotten', () => {
    const first = run([[counter(10, noon)]]);
    const later = noon + 3_700_000;
    const { changes, state } = advance(first.state, [counter(17, later)], { ...none, now: later });
    expect(growthOf(changes)).toBe(0);
    const next = advance(state, [counter(19, later + 1000)], { ...none, now: later + 1000 });
    expect(growthOf(next.changes)).toBe(2);
  });

  it('are forgotten an hour after they were last told of, and bounded in number', () => {
    const many = Array.from({ length: 3100 }, (_, index) => counter(1, noon, { series: String(index) }));
    const { state, rejected, changes } = advance(undefined, many, none);
    expect([rejected, changes.length]).toEqual([100, 3000]);
    const later = advance(state, [counter(1, noon + 3_700_000)], { ...none, now: noon + 3_700_000 });
    expect(Object.keys(later.state.series)).toHaveLength(1);
  });
});
