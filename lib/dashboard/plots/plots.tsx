import type { Plot } from '../../pages/plot.ts';
import { PlotFigure } from './plot-figure.tsx';

/** Of all plots that there are, those of these names, in their order. */
export const Plots = ({ of, names }: { of: readonly Plot[]; names: readonly string[] }) => (
  <>
    {names.flatMap((name) => {
      const plot = of.find((one) => one.name === name);
      return plot === undefined ? [] : [<PlotFigure key={name} plot={plot} />];
    })}
  </>
);
