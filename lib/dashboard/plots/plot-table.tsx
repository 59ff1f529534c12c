import { useState } from 'preact/hooks';
import type { Plot } from '../../pages/plot.ts';
import { formats, unmeasured } from '../../pages/units.ts';

/** The plotted values for those who cannot see the plot. It is made when it is opened: it may be long. */
export function PlotTable({ plot: { title, x, series } }: { plot: Plot }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="data" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>The values as a table</summary>
      {isOpen && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <section class="scroll" aria-label={title} tabIndex={0}>
          <table>
            <thead>
              <tr>
                {[x.label, ...series.map(({ label }) => label)].map((label) => (
                  <th key={label} scope="col">
                    {label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {x.values.map((at, index) => (
                <tr key={at}>
                  <td>{formats[x.unit](at)}</td>
                  {series.map(({ label, unit, values }) => (
                    <td key={label}>{writtenOr(values[index], formats[unit])}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </details>
  );
}

const writtenOr = (value: number | null | undefined, write: (value: number) => string): string =>
  value === null || value === undefined ? unmeasured : write(value);
