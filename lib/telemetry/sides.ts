import type { TelemetryWindow } from '../contracts/telemetry.ts';
import { Sketch } from '../statistics/sketch.ts';
import type { Reporter } from './merging/instances.ts';

/** What one instance reported of one window in which it was under the same live settings all the time. */
export interface SideWindow {
  instance: string;
  /** Of the live settings; undefined: the instance does not follow any. */
  version: string | undefined;
  /** Of the experiment that ran under this version; undefined: it was under the settings themselves. */
  side: 'a' | 'b' | undefined;
  /** Epoch milliseconds, by the clock of the instance. */
  start: number;
  durationMs: number;
  /** Of all requests that ended in it, in microseconds: its count is their number. */
  responseTime: Sketch;
  /** Status 500 or above, or cut off. */
  failed: number;
  /** Of the process. Undefined: not told. */
  cpuMs: number | undefined;
}

/** Puts windows together that were divided on the way. */
export class SideWindows {
  readonly #windows = new Map<string, SideWindow>();

  add({ instance }: Pick<Reporter, 'instance'>, window: TelemetryWindow): void {
    const { version, side } = window.settings ?? {};
    const key = JSON.stringify([instance, window.start, window.durationMs, version, side]);
    const { start, durationMs, endpoints, resources } = window;
    const sum: SideWindow = this.#windows.get(key) ?? {
      instance,
      version,
      side,
      start: Date.parse(start),
      durationMs,
      responseTime: new Sketch(),
      failed: 0,
      cpuMs: undefined,
    };
    this.#windows.set(key, sum);
    for (const { responseTime, failed } of endpoints) {
      sum.responseTime.merge(Sketch.fromBase64(responseTime));
      sum.failed += failed;
    }
    if (resources !== undefined) sum.cpuMs = (sum.cpuMs ?? 0) + (resources.cpuPercent / 100) * durationMs;
  }

  /** By their start, then by instance. */
  result(): SideWindow[] {
    return [...this.#windows.values()].sort((a, b) => a.start - b.start || (a.instance < b.instance ? -1 : 1));
  }
}
