import type { LoadTestResult } from '../../contracts/load-result.ts';
import type { Plot } from '../plot.ts';
import { driftPlots } from './drift.ts';
import { histogramPlots } from './histogram.ts';
import { stressPlots } from './stress.ts';
import { timelinePlots } from './timeline.ts';

/** All that a result has data for. */
export const plotsOf = (result: LoadTestResult): Plot[] =>
  [...stressPlots(result), ...driftPlots(result), ...timelinePlots(result), ...histogramPlots(result)].filter(
    ({ series }) => series.some(({ values }) => values.some((value) => value !== null)),
  );
