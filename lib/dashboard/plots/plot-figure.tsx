import { useEffect, useRef } from 'preact/hooks';
import { type Drawn, draw } from '../../pages/browser/draw.ts';
import { readByKeys } from '../../pages/browser/read-by-keys.ts';
import type { Plot } from '../../pages/plot.ts';
import { PlotTable } from './plot-table.tsx';
import { whenColoursChange } from './when-colours-change.ts';

/** Keys go through it, as through a control. */
const readBy = (label: string) =>
  ({ role: 'group', 'aria-roledescription': 'plot', 'aria-label': label, tabIndex: 0 }) as const;

/**
 * A plot with its title, which arrow keys go through point by point, and its values as a table below. Newer values are shown in place.
 * Its height is kept from the beginning.
 */
export function PlotFigure({ plot, isTitled = true }: { plot: Plot; isTitled?: boolean | undefined }) {
  const canvas = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(undefined);
  const latest = useRef(plot);
  latest.current = plot;

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const one = draw(latest.current, element);
    drawn.current = one;
    readByKeys(one, element);
    let width = element.clientWidth;
    const resizing = new ResizeObserver(() => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      one.redraw();
    });
    resizing.observe(element);
    const forgetColours = whenColoursChange(() => one.redraw());
    return () => {
      forgetColours();
      resizing.disconnect();
      one.plot.destroy();
    };
  }, []);
  useEffect(() => {
    if (drawn.current !== undefined && drawn.current.of !== plot) drawn.current.show(plot);
  }, [plot]);

  const { title, note, series, name, low } = plot;
  const label = `${title}: ${series.map((one) => one.label).join(', ')}. The arrow keys go from point to point.`;
  return (
    <figure class="plot" data-plot={name}>
      <figcaption class={isTitled ? '' : 'unseen'}>
        {title}
        {note !== undefined && <span class="note">{note}</span>}
      </figcaption>
      <div class={low ? 'place low' : 'place'}>
        <div ref={canvas} class="canvas" {...readBy(label)} />
      </div>
      <PlotTable plot={plot} />
    </figure>
  );
}
