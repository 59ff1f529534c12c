import type { TelemetryWindow } from '../../contracts/telemetry.ts';
import type { Traffic } from '../aggregate.ts';
import type { Rollup } from '../rollups/rollup.ts';

const slotMs = 10_000;
const minuteMs = 60_000;
const sustainedMinutes = 5;

const slotOf = (epochMs: number): number => Math.floor(epochMs / slotMs) * slotMs;

const add = (counts: Map<number, number>, key: number, count: number): void => {
  counts.set(key, (counts.get(key) ?? 0) + count);
};

/** Throughput and concurrency over all instances: what each said of the same ten seconds is added up. */
export class TrafficTotals {
  readonly #slots = new Map<number, number>();
  readonly #minutes = new Map<number, number>();
  /** By slot, then instance: the most. */
  readonly #concurrent = new Map<number, Map<string, number>>();
  #peakPerSecond = 0;
  #sustainedPerSecond: number | undefined;
  #peakConcurrent: number | undefined;

  add(instance: string, { start, durationMs, peakConcurrentRequests }: TelemetryWindow, requests: number): void {
    const startedAt = Date.parse(start);
    const slot = slotOf(startedAt);
    add(this.#minutes, Math.floor(startedAt / minuteMs) * minuteMs, requests);
    // One that is longer than a slot counts evenly in all that it has, in whole requests.
    const slots = Math.max(1, Math.round(durationMs / slotMs));
    for (let index = 0; index < slots; index++) {
      const share = Math.floor((requests * (index + 1)) / slots) - Math.floor((requests * index) / slots);
      add(this.#slots, slot + index * slotMs, share);
    }
    if (peakConcurrentRequests === undefined) return;
    const ofSlot = this.#concurrent.get(slot) ?? new Map<string, number>();
    this.#concurrent.set(slot, ofSlot.set(instance, Math.max(ofSlot.get(instance) ?? 0, peakConcurrentRequests)));
  }

  addRollup({ minutes, ...peaks }: Rollup['traffic']): void {
    for (const [minute, requests] of Object.entries(minutes)) add(this.#minutes, Number(minute), requests);
    this.#peakPerSecond = Math.max(this.#peakPerSecond, peaks.peakRequestsPerSecond);
    this.#sustainedPerSecond = highest([this.#sustainedPerSecond, peaks.sustainedRequestsPerSecond]);
    this.#peakConcurrent = highest([this.#peakConcurrent, peaks.peakConcurrentRequests]);
  }

  /** @param observed the time that was told of, which may be less than a slot */
  result(observed: { from: number; to: number } | undefined): Traffic {
    const observedMs = observed === undefined ? 0 : observed.to - observed.from;
    const slotSeconds = Math.min(slotMs, Math.max(1, observedMs)) / 1000;
    const sums = [...this.#concurrent.values()].map((ofSlot) =>
      [...ofSlot.values()].reduce((sum, concurrent) => sum + concurrent, 0),
    );
    return {
      minutes: this.#minutes,
      peakRequestsPerSecond:
        highest([this.#peakPerSecond, ...[...this.#slots.values()].map((n) => n / slotSeconds)]) ?? 0,
      sustainedRequestsPerSecond: highest([this.#sustainedPerSecond, ...this.#sustained(observed)]),
      currentRequestsPerSecond: observed === undefined ? undefined : this.#current(observed),
      peakConcurrentRequests: highest([this.#peakConcurrent, ...sums]),
    };
  }

  /** The throughput of every five minutes that were told of from their beginning to their end. */
  #sustained(observed: { from: number; to: number } | undefined): number[] {
    if (observed === undefined) return [];
    return [...this.#minutes.keys()]
      .filter((first) => first >= observed.from && first + sustainedMinutes * minuteMs <= observed.to)
      .map((first) => {
        let requests = 0;
        for (let index = 0; index < sustainedMinutes; index++) {
          requests += this.#minutes.get(first + index * minuteMs) ?? 0;
        }
        return requests / (sustainedMinutes * 60);
      });
  }

  #current({ from, to }: { from: number; to: number }): number | undefined {
    const first = slotOf(Math.max(from, to - minuteMs));
    const recent = [...this.#slots].filter(([slot]) => slot >= first);
    if (recent.length === 0) return undefined;
    const requests = recent.reduce((sum, [, count]) => sum + count, 0);
    return requests / ((to - Math.max(first, from)) / 1000);
  }
}

const highest = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce(
    (most, value) => (value === undefined || (most !== undefined && most >= value) ? most : value),
    undefined,
  );
