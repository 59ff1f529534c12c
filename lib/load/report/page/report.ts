import type { Comparison } from '../../../contracts/comparisons.ts';
import type { LoadTest } from '../../../contracts/load.ts';
import type { Drawn } from '../../../pages/browser/draw.ts';
import { drawPlots } from '../../../pages/browser/draw-plots.ts';
import { embeddedData } from '../../../pages/browser/embedded-data.ts';
import { plotsOf } from '../plots/plots.ts';
import { roundPlots } from '../plots/rounds.ts';

declare global {
  interface Window {
    /** What the page shows, for whoever wants to look at it from the console: the data, and each plot by its name. */
    headroomReport?: { data: unknown; plots: Map<string, Drawn> };
  }
}

const test = embeddedData<LoadTest>('load-test');
const comparison = embeddedData<Comparison>('comparison');
const drawn = drawPlots([
  ...(test?.result === undefined ? [] : plotsOf(test.result)),
  ...(comparison?.result === undefined ? [] : roundPlots(comparison.result)),
]);
window.headroomReport = { data: test ?? comparison, plots: drawn };
