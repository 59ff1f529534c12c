import type { Plot } from '../plot.ts';
import { drawPlots } from './draw-plots.ts';
import { embeddedData } from './embedded-data.ts';

/** The program of a page whose plots stand in it as they are to be drawn. */
const data = embeddedData<{ plots: Plot[] }>('data');
window.headroomReport = { data, plots: drawPlots(data?.plots ?? []) };
