import type { ResourceWindow } from '../../contracts/telemetry.ts';
import { ownErrors } from '../telemetry/own-errors.ts';
import { Resources } from '../telemetry/resources.ts';
import { type MemoryPressure, onPressure } from './pressure-watch.ts';

/** What this process used since the sample before. */
export type ResourceSample = Omit<ResourceWindow, 'lambda'>;

export interface ResourceMonitorOptions {
  /** 10,000 by default. */
  intervalMs?: number;
  onSample: (sample: ResourceSample) => void;
  /** Told when memory gets short, and when it no longer is, at the thresholds of `onPressure`. */
  onPressure?: (pressure: MemoryPressure) => void;
}

export interface ResourceMonitor {
  /** Samples now: the next one begins here. */
  sample(): ResourceSample;
  stop(): void;
}

/**
 * Samples CPU, memory, event loop, garbage collection, disk and handles of this process for its own use, whether it reports to Headroom or
 * not. Holds no process open. A callback that throws is counted as an error of the SDK's own.
 *
 * @throws RangeError unless `intervalMs` is 10 to 3,600,000
 */
export function monitorResources(options: ResourceMonitorOptions): ResourceMonitor {
  const { intervalMs = 10_000, onSample } = options;
  if (!(intervalMs >= 10 && intervalMs <= 3_600_000)) {
    throw new RangeError('intervalMs must lie between 10 and 3600000');
  }
  const resources = new Resources();
  const pressure = options.onPressure && onPressure({}, options.onPressure);
  const tick = (): void => ownErrors.guard('Sampling resources', () => onSample(resources.read()));
  const timer = setInterval(tick, intervalMs).unref();
  return {
    sample: () => resources.read(),
    stop() {
      clearInterval(timer);
      pressure?.stop();
      resources.close();
    },
  };
}
