import type { Comparison } from '../../../contracts/comparisons.ts';
import type { LoadTest } from '../../../contracts/load.ts';
import { drawPlots } from '../../../pages/browser/draw-plots.ts';
import { embeddedData } from '../../../pages/browser/embedded-data.ts';
import { plotsOf } from '../../../pages/load-plots/plots.ts';
import { roundPlots } from '../../../pages/load-plots/rounds.ts';

const test = embeddedData<LoadTest>('load-test');
const comparison = embeddedData<Comparison>('comparison');
const drawn = drawPlots([
  ...(test?.result === undefined ? [] : plotsOf(test.result)),
  ...(comparison?.result === undefined ? [] : roundPlots(comparison.result)),
]);
window.headroomReport = { data: test ?? comparison, plots: drawn };
