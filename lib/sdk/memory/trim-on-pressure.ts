import { metricRegistry } from '../metrics/registry.ts';
import { type MemoryPressure, type PressureHandle, type PressureOptions, watchPressure } from './pressure-watch.ts';
import { TrimPlan } from './trim-plan.ts';
import { type Trimmed, trimAll } from './trimmables.ts';

export interface TrimOptions extends PressureOptions {
  /** So much is let go of at a time, 0 to 1: 0.25 and 0.5 by default. Twice as much each time that it did not help. */
  moderate?: number;
  critical?: number;
  /** Collects garbage after trimming where Node runs with `--expose-gc`; false by default: V8 knows better when to. */
  collectGarbage?: boolean;
  onTrim?: (trim: Trim) => void;
  /** What was trimmed did not help, three times: something else holds the memory, or takes it as fast. Told once while it lasts. */
  onFutile?: (pressure: MemoryPressure) => void;
}

export interface Trim extends Trimmed {
  readonly fraction: number;
  readonly pressure: MemoryPressure;
}

/**
 * Trims the caches of `headroom/cache`, every `ObjectPool` and all that `addTrimmable` was told of while memory is short, and looks whether
 * it helped.
 *
 * @throws RangeError for thresholds or fractions out of bounds
 */
export function trimOnPressure(options: TrimOptions = {}): PressureHandle {
  const { moderate = 0.25, critical = 0.5, collectGarbage = false, onTrim, onFutile } = options;
  for (const fraction of [moderate, critical]) {
    if (!(fraction > 0 && fraction <= 1)) throw new RangeError('a fraction to trim is above 0, up to 1');
  }
  const plan = new TrimPlan({ moderate, critical });
  const trims = metricRegistry().counter('headroom_memory_trims_total', { labels: ['helped'] });
  const trim = (fraction: number, pressure: MemoryPressure): void => {
    const trimmed = trimAll(fraction);
    if (collectGarbage) globalThis.gc?.();
    onTrim?.({ ...trimmed, fraction, pressure });
  };
  return watchPressure(options, ({ isAfterCollection, ...pressure }) => {
    const decision = plan.decide({ ...pressure, isAfterCollection }, performance.now());
    if (decision.helped !== undefined) trims.labels({ helped: decision.helped }).inc();
    if (decision.isFutile) onFutile?.(pressure);
    if (decision.fraction !== undefined) trim(decision.fraction, pressure);
  });
}
