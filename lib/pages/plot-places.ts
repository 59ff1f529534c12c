import { type Markup, markup } from './markup.ts';
import type { Plot } from './plot.ts';

/** Where the page's script draws a plot. Without it, the figures in the tables are all there is, and the page says so. */
const place = ({ name, title, note, series }: Plot): Markup => markup`
<figure data-plot="${name}"><figcaption>${title}${note === undefined ? undefined : markup`<span class="note">${note}</span>`}</figcaption>
<div class="canvas" tabindex="0" role="group" aria-roledescription="plot" aria-label="${title}: ${series
  .map(({ label }) => label)
  .join(', ')}. The arrow keys go from point to point."></div>
</figure>`;

/** The places of those of the plots that are named, in that order; undefined where there is none of them. */
export function plotPlaces(plots: readonly Plot[], names: readonly string[]): Markup | undefined {
  const found = names.flatMap((name) => plots.find((plot) => plot.name === name) ?? []);
  return found.length === 0 ? undefined : markup`<div class="plots plots-${found.length}">${found.map(place)}</div>`;
}
