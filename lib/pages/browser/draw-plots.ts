import 'uplot/dist/uPlot.min.css';
import '../style/page.css';
import type { Plot } from '../plot.ts';
import { addDataTable } from './data-table.ts';
import { type Drawn, draw } from './draw.ts';
import { whenLookChanges } from './look.ts';
import { readByKeys } from './read-by-keys.ts';

declare global {
  interface Window {
    /** What the page shows, for whoever wants to look at it from the console: the data, and each plot by its name. */
    headroomReport?: { data: unknown; plots: Map<string, Drawn> };
  }
}

/**
 * Draws each plot in the place that `plotPlaces` made for it, with its values as a table, and again whenever the page's look changes.
 * A plot without a place is left out.
 */
export function drawPlots(plots: readonly Plot[]): Map<string, Drawn> {
  const drawn = new Map<string, Drawn>();
  for (const plot of plots) {
    const figure = document.querySelector<HTMLElement>(`[data-plot="${plot.name}"]`);
    const canvas = figure?.querySelector<HTMLElement>('.canvas');
    if (!figure || !canvas) continue;
    const one = draw(plot, canvas);
    drawn.set(plot.name, one);
    readByKeys(one, canvas);
    addDataTable(plot, figure);
  }
  whenLookChanges(() => {
    for (const one of drawn.values()) one.redraw();
  });
  return drawn;
}
