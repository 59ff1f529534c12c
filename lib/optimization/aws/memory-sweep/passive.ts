import type { InvocationReport } from '../report-line.ts';
import type { SweepSample } from './model.ts';

/**
 * What a function's log says of the sizes that it has had: nothing is invoked, and nothing changed. The sizes ran at different times
 * and on different requests, so no round holds two of them, and only differences beyond all intervals are shown.
 */
export const samplesOf = (reports: readonly InvocationReport[]): SweepSample[] =>
  reports
    // One that was cut off says how long it may take, and not how long it takes.
    .filter(({ timedOut }) => !timedOut)
    .map(({ memoryMb, durationMs, billedMs, maxMemoryUsedMb, initMs }, round) => ({
      memoryMb,
      round,
      durationMs,
      billedMs,
      maxMemoryUsedMb,
      ...(initMs === undefined ? {} : { initMs }),
    }));
