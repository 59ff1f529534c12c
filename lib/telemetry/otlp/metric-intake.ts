import type { OtlpMetric } from '../../contracts/otlp.ts';
import { isCountedBefore, type Side, sides, withMetrics } from './coverage.ts';
import type { Coverages } from './coverages.ts';
import type { Export, Intake } from './intake.ts';
import { type MetricPoint, readPoints } from './metric-points.ts';
import { metricWindows, sideOf } from './metric-windows.ts';
import { advance } from './series.ts';
import type { SeriesStore } from './series-store.ts';
import type { Rejected } from './wire.ts';

const tooManySeries = 'There are more series than are told apart.';

/** Takes the metrics of one process. */
export class MetricIntake {
  readonly #coverages: Coverages;
  readonly #series: SeriesStore;
  readonly #intake: Intake;

  constructor(coverages: Coverages, series: SeriesStore, intake: Intake) {
    this.#coverages = coverages;
    this.#series = series;
    this.#intake = intake;
  }

  async take(one: Export, metrics: readonly OtlpMetric[]): Promise<Rejected> {
    const { now, erasedUntil } = one;
    const { points, rejected, why } = readPoints(metrics, now);
    const known = await this.#coverages.update(one, one, (before) =>
      sides.reduce((all, side) => {
        const newest = newestOf(points, side, now);
        return newest === undefined ? all : withMetrics(all, side, newest);
      }, before),
    );
    const isBaseline = (point: MetricPoint): boolean => {
      const side = sideOf(point);
      return side !== undefined && isCountedBefore(known[side], Math.min(point.timeMs, now));
    };
    let result: Rejected = { count: rejected, message: why };
    await this.#series.advance(
      one,
      one,
      (before) => {
        const { state, changes, rejected: beyond } = advance(before, points, { now, erasedUntil, isBaseline });
        const made = metricWindows(changes, now);
        const message = why || made.why || (beyond === 0 ? '' : tooManySeries);
        result = { count: rejected + made.rejected + beyond, message };
        // Metrics name nobody, so there is nothing to hash.
        return { state, windows: made.windows.close((name) => name) };
      },
      async (digest, windows) => {
        const refused = await this.#intake.takeOn(one, digest, windows);
        if (digest !== one.digest) return;
        result = { count: result.count + refused.count, message: result.message || refused.message };
      },
    );
    return result;
  }
}

/** When the newest point about this side was, though not later than now: nobody's clock may keep traces from counting. */
function newestOf(points: readonly MetricPoint[], side: Side, now: number): number | undefined {
  const times = points.filter((point) => sideOf(point) === side).map(({ timeMs }) => timeMs);
  return times.length === 0
    ? undefined
    : Math.min(
        now,
        times.reduce((a, b) => Math.max(a, b)),
      );
}
