import 'uplot/dist/uPlot.min.css';
import './report.css';
import type { Comparison } from '../../../contracts/comparisons.ts';
import type { LoadTest } from '../../../contracts/load.ts';
import type { Plot } from '../plots/plot.ts';
import { plotsOf } from '../plots/plots.ts';
import { roundPlots } from '../plots/rounds.ts';
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

const dataOf = <Data>(id: string): Data | undefined => {
  const text = document.getElementById(id)?.textContent;
  return text == null ? undefined : (JSON.parse(text) as Data);
};

const test = dataOf<LoadTest>('load-test');
const comparison = dataOf<Comparison>('comparison');
const plots: Plot[] = [
  ...(test?.result === undefined ? [] : plotsOf(test.result)),
  ...(comparison?.result === undefined ? [] : roundPlots(comparison.result)),
];

const drawn = new Map<string, Drawn>();
for (const plot of plots) {
  const figure = document.querySelector<HTMLElement>(`[data-plot="${plot.name}"]`);
  const canvas = figure?.querySelector<HTMLElement>('.canvas');
  if (!figure || !canvas) continue;
  const one = draw(plot, canvas);
  drawn.set(plot.name, one);
  readByKeys(plot, one, canvas);
  addDataTable(plot, figure);
}
whenLookChanges(() => {
  for (const one of drawn.values()) one.redraw();
});
window.headroomReport = { data: test ?? comparison, plots: drawn };
