import type { TimedInterval } from '../../../load/interval-service.ts';
import { Sketch } from '../../../statistics/sketch.ts';
import type { Slice } from '../model.ts';
import { type Cell, CellSums } from './figures.ts';
import { sliceWith } from './rounds.ts';

/** A cell for each worker and slice, of the intervals of a load test that lie wholly within the slice. */
export async function loadCells(
  slices: readonly Slice[],
  intervals: AsyncIterable<TimedInterval>,
  workerName: (shard: number) => string,
): Promise<Cell[]> {
  const sums = new CellSums();
  for await (const { shard, from, to, scenarios, connectionFailures } of intervals) {
    const slice = sliceWith(slices, { from, to });
    if (slice === undefined) continue;
    const sum = sums.of(slice, workerName(shard));
    sum.addSeconds((to - from) / 1_000);
    for (const [name, { responseTime, successful, failed }] of Object.entries(scenarios)) {
      sum.add(name, responseTime, { failed, unanswered: Math.max(0, successful + failed - responseTime.count) });
    }
    for (const { count } of Object.values(connectionFailures)) {
      sum.add('', new Sketch(), { failed: count, unanswered: count });
    }
  }
  return sums.cells();
}
