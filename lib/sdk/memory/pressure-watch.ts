import { metricRegistry } from '../metrics/registry.ts';
import { enabled } from '../telemetry/configuration.ts';
import { ownErrors } from '../telemetry/own-errors.ts';
import { onCollection } from '../telemetry/resources/gc-events.ts';
import { type MemoryFigures, MemoryReader } from './memory-figures.ts';
import {
  checkThresholds,
  nextLevel,
  type PressureLevel,
  type PressureThresholds,
  pressureLevels,
  worse,
} from './pressure-level.ts';

export interface PressureOptions extends PressureThresholds {
  /** How often it looks, beside after each collection of the whole heap; 2,000 by default. */
  checkMs?: number;
}

export interface MemoryPressure extends MemoryFigures {
  /** The worse of the next two. */
  readonly level: PressureLevel;
  readonly heapLevel: PressureLevel;
  readonly rssLevel: PressureLevel;
  readonly previous: PressureLevel;
}

export interface PressureHandle {
  readonly level: PressureLevel;
  stop(): void;
}

export interface Measured extends MemoryPressure {
  /** Whether the heap's figure is new. */
  readonly isAfterCollection: boolean;
}

const watches = new Set<PressureHandle>();

/** The usage alerts, as metrics: the level that holds, and how often one was reached. */
function metrics() {
  const registry = metricRegistry();
  const read = (): number => Math.max(0, ...[...watches].map(({ level }) => pressureLevels.indexOf(level)));
  registry.gauge('headroom_memory_pressure', { read, help: '0 none, 1 moderate, 2 critical' });
  return registry.counter('headroom_memory_pressure_total', { labels: ['level'] });
}

/**
 * Measures after each collection of the whole heap, and by a timer that holds no process open. Does nothing when
 * `HEADROOM_MEMORY_ENABLED` is off.
 *
 * @throws RangeError
 */
export function watchPressure(options: PressureOptions, measured: (measured: Measured) => void): PressureHandle {
  const thresholds = checkThresholds(options);
  const { checkMs = 2_000 } = options;
  if (!(checkMs >= 10 && checkMs <= 3_600_000)) throw new RangeError('checkMs must lie between 10 and 3600000');
  let level: PressureLevel = 'none';
  let heapLevel: PressureLevel = 'none';
  let rssLevel: PressureLevel = 'none';
  const handle = {
    get level() {
      return level;
    },
    stop() {},
  };
  if (!enabled(process.env.HEADROOM_MEMORY_ENABLED)) return handle;

  const reached = metrics();
  const reader = new MemoryReader();
  const measure = (isAfterCollection: boolean): void =>
    ownErrors.guard('Looking for memory pressure', () => {
      const figures = reader.read(isAfterCollection);
      const previous = level;
      heapLevel = nextLevel(heapLevel, figures.heapPercent, thresholds.heap);
      rssLevel = nextLevel(rssLevel, figures.rssPercent, thresholds.rss);
      level = worse(heapLevel, rssLevel);
      if (level !== previous && worse(level, previous) === level) reached.labels({ level }).inc();
      measured({ ...figures, level, heapLevel, rssLevel, previous, isAfterCollection });
    });
  const unsubscribe = onCollection(({ isMajor }) => {
    if (isMajor) measure(true);
  });
  const timer = setInterval(measure, checkMs, false).unref();
  handle.stop = () => {
    clearInterval(timer);
    unsubscribe();
    watches.delete(handle);
  };
  watches.add(handle);
  return handle;
}

/**
 * Tells when memory gets short, and when it no longer is.
 *
 * @param handler called with each new level; one that throws is counted as an error of the SDK's own
 * @throws RangeError for thresholds out of bounds
 */
export const onPressure = (options: PressureOptions, handler: (pressure: MemoryPressure) => void): PressureHandle =>
  watchPressure(options, ({ isAfterCollection, ...pressure }) => {
    if (pressure.level !== pressure.previous) handler(pressure);
  });
