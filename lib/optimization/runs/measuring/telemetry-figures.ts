import type { TelemetryWindow } from '../../../contracts/telemetry.ts';
import { Sketch } from '../../../statistics/sketch.ts';
import { memoryPercent } from '../../../telemetry/resources.ts';
import type { Side } from '../../sides.ts';
import type { Slice } from '../model.ts';
import { type Cell, CellSums, type RoundFigures, type Usage } from './figures.ts';
import { letters, sliceWith } from './rounds.ts';

/** What a service told of the slices, by the windows that lie wholly within one. */
export class TelemetryFigures {
  readonly #slices: readonly Slice[];
  readonly #sums = new CellSums();
  readonly #usage: Record<Side, Usage & { seconds: number }> = {
    before: { seconds: 0, cpuPercent: 0, memoryMb: 0, memoryPercent: 0 },
    after: { seconds: 0, cpuPercent: 0, memoryMb: 0, memoryPercent: 0 },
  };

  constructor(slices: readonly Slice[]) {
    this.#slices = slices;
  }

  /** @param experiment whether the service alternates by itself: what was not under the side of the slice is not of it */
  add(instance: string, window: TelemetryWindow, experiment: boolean): void {
    const { start, durationMs, endpoints, resources, settings } = window;
    const from = Date.parse(start);
    const slice = sliceWith(this.#slices, { from, to: from + durationMs });
    const side = slice === undefined ? undefined : this.#slices[slice]?.side;
    if (slice === undefined || side === undefined) return;
    if (experiment && settings?.side !== letters[side]) return;
    const seconds = durationMs / 1_000;
    const sum = this.#sums.of(slice, instance);
    sum.addSeconds(seconds);
    for (const { method, route, responseTime, failed } of endpoints) {
      sum.add(`${method} ${route}`, Sketch.fromBase64(responseTime), { failed });
    }
    if (resources === undefined) return;
    const usage = this.#usage[side];
    usage.seconds += seconds;
    usage.cpuPercent += (seconds * resources.cpuPercent) / resources.cpuCores;
    usage.memoryMb += seconds * resources.rssMb;
    usage.memoryPercent += seconds * memoryPercent(resources);
  }

  /** One of each instance and slice. */
  cells(): Cell[] {
    return this.#sums.cells();
  }

  /** Undefined where one side was not told of. */
  usage(): RoundFigures['usage'] {
    const { before, after } = this.#usage;
    if (before.seconds === 0 || after.seconds === 0) return undefined;
    return { before: meanOf(before), after: meanOf(after) };
  }
}

const meanOf = ({ seconds, ...sums }: Usage & { seconds: number }): Usage => ({
  cpuPercent: sums.cpuPercent / seconds,
  memoryMb: sums.memoryMb / seconds,
  memoryPercent: sums.memoryPercent / seconds,
});
