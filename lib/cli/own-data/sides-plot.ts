import type { Plot, Series } from '../../pages/plot.ts';
import type { Pair } from '../../statistics/paired-ratio.ts';

const leastBins = 8;
const mostBins = 60;

/** How often each side had which latency, on one logarithmic axis with the same bins. */
export function sidesPlot(pairs: readonly Pair[]): Plot {
  const [low, high] = endsOf(pairs);
  const bins = Math.min(mostBins, Math.max(leastBins, Math.ceil(2 * Math.sqrt(pairs.length))));
  const edges = Array.from({ length: bins + 1 }, (_, index) => low * (high / low) ** (index / bins));
  const counts = (values: readonly number[]): number[] => {
    const counted = edges.map(() => 0);
    for (const value of values) {
      const place = Math.floor((bins * Math.log(value / low)) / Math.log(high / low));
      const bin = Math.min(bins - 1, Math.max(0, place));
      counted[bin] = (counted[bin] ?? 0) + 1;
    }
    return counted;
  };
  const side = (label: string, colour: Series['colour'], values: readonly number[]): Series => ({
    label,
    unit: 'count',
    colour,
    shape: 'steps',
    values: counts(values),
  });
  return {
    name: 'sides',
    title: 'Pairs by latency',
    note: 'The axis of the latencies is logarithmic.',
    x: { label: 'latency, in the unit of the file', unit: 'bare', scale: 'log', values: edges, range: [low, high] },
    series: [
      side(
        'a',
        'first',
        pairs.map(({ a }) => a),
      ),
      side(
        'b',
        'second',
        pairs.map(({ b }) => b),
      ),
    ],
    marks: [],
    stretches: [],
  };
}

/** Apart even where all values are one: an axis needs a length. */
function endsOf(pairs: readonly Pair[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, 0];
  for (const { a, b } of pairs) {
    low = Math.min(low, a, b);
    high = Math.max(high, a, b);
  }
  return high > low ? [low, high] : [low / 1.1, high * 1.1];
}
