import { z } from 'zod';
import type { ItemType } from '../../../platform/table/item.ts';
import { Sketch } from '../../../statistics/sketch.ts';
import { slice } from '../model.ts';

/** What one worker, or one instance, saw in one slice. */
const cell = z.object({
  /** Of the round's slices. */
  slice: z.int(),
  worker: z.string(),
  /** Those of which a time is known: the answered ones, of a load test. */
  requests: z.int(),
  /** Of all, answered or not. */
  failed: z.int(),
  /** Tried, and never answered: of a service that is down, all. */
  unanswered: z.int().default(0),
  /** Over how long, in seconds. */
  seconds: z.number(),
  meanMs: z.number(),
  p50Ms: z.number(),
  p95Ms: z.number(),
  /** By scenario or endpoint: requests, and their mean in milliseconds. */
  byName: z.record(z.string(), z.tuple([z.int(), z.number()])),
});
export type Cell = z.output<typeof cell>;

/** What the service's processes used, in the mean over their windows: of all cores, and of the memory limit. */
const usage = z.object({ cpuPercent: z.number(), memoryMb: z.number(), memoryPercent: z.number() });
export type Usage = z.output<typeof usage>;

const roundFigures = z.object({
  slices: z.array(slice),
  cells: z.array(cell),
  usage: z.object({ before: usage, after: usage }).optional(),
});
export type RoundFigures = z.output<typeof roundFigures>;
export const roundItem: ItemType<RoundFigures> = { name: 'OptimizationRound', version: 1, schema: roundFigures };

const milliseconds = (us: number): number => us / 1_000;

/** Sums up what a worker saw in a slice. Sketches are in microseconds. */
class CellSum {
  #requests = 0;
  #failed = 0;
  #unanswered = 0;
  #seconds = 0;
  readonly #all = new Sketch();
  readonly #byName = new Map<string, { requests: number; sumUs: number }>();

  add(name: string, responseTime: Sketch, { failed, unanswered = 0 }: { failed: number; unanswered?: number }): void {
    this.#failed += failed;
    this.#unanswered += unanswered;
    if (responseTime.count === 0) return;
    this.#all.merge(responseTime);
    const sum = this.#byName.get(name) ?? { requests: 0, sumUs: 0 };
    sum.requests += responseTime.count;
    sum.sumUs += responseTime.sum;
    this.#byName.set(name, sum);
    this.#requests += responseTime.count;
  }

  addSeconds(seconds: number): void {
    this.#seconds += seconds;
  }

  /** @returns undefined when nobody asked anything. Without any answer, its times are 0. */
  cell(slice: number, worker: string): Cell | undefined {
    if (this.#requests + this.#failed + this.#unanswered === 0) return undefined;
    const timeMs = (ofUs: (all: Sketch) => number): number =>
      this.#requests === 0 ? 0 : milliseconds(ofUs(this.#all));
    return {
      slice,
      worker,
      requests: this.#requests,
      failed: this.#failed,
      unanswered: this.#unanswered,
      seconds: this.#seconds,
      meanMs: timeMs((all) => all.mean),
      p50Ms: timeMs((all) => all.quantile(0.5)),
      p95Ms: timeMs((all) => all.quantile(0.95)),
      byName: Object.fromEntries(
        [...this.#byName].map(([name, { requests, sumUs }]) => [name, [requests, milliseconds(sumUs / requests)]]),
      ),
    };
  }
}

/** The sums of all workers in all slices. */
export class CellSums {
  readonly #sums = new Map<string, { slice: number; worker: string; sum: CellSum }>();

  of(slice: number, worker: string): CellSum {
    const key = `${slice} ${worker}`;
    const known = this.#sums.get(key) ?? { slice, worker, sum: new CellSum() };
    this.#sums.set(key, known);
    return known.sum;
  }

  cells(): Cell[] {
    return [...this.#sums.values()].flatMap(({ slice, worker, sum }) => sum.cell(slice, worker) ?? []);
  }
}
