import { drawPlots } from '../../../pages/browser/draw-plots.ts';
import { embeddedData } from '../../../pages/browser/embedded-data.ts';
import { plotsOf } from '../../../pages/load-plots/plots.ts';
import { coursePlots, dayPlots } from '../history-plots.ts';
import type { PageData } from '../page-data.ts';

const data = embeddedData<PageData>('pipeline-report');
const drawn = drawPlots([
  ...(data === undefined ? [] : [...coursePlots(data.report), ...dayPlots(data.report)]),
  ...(data?.loadTest === undefined ? [] : plotsOf(data.loadTest)),
]);
window.headroomReport = { data, plots: drawn };
