import type { Plot } from '../plot.ts';
import { formats, type Unit, unmeasured } from '../units.ts';

/** The plotted values as a table, for those who cannot see the plot. It is made when it is opened: it may be long. */
export function addDataTable(plot: Plot, figure: HTMLElement): void {
  const details = document.createElement('details');
  details.className = 'data';
  details.append(element('summary', 'The values as a table'));
  details.addEventListener('toggle', () => details.append(tableOf(plot)), { once: true });
  figure.append(details);
}

function tableOf({ x, series }: Plot): HTMLElement {
  const table = element('table');
  const heading = element('tr');
  for (const name of [x.label, ...series.map(({ label }) => label)]) {
    const cell = element('th', name);
    cell.scope = 'col';
    heading.append(cell);
  }
  const body = element('tbody');
  x.values.forEach((at, index) => {
    const row = element('tr');
    const cells: { value: number | null; unit: Unit }[] = [
      { value: at, unit: x.unit },
      ...series.map(({ values, unit }) => ({ value: values[index] ?? null, unit })),
    ];
    for (const { value, unit } of cells) row.append(element('td', value === null ? unmeasured : formats[unit](value)));
    body.append(row);
  });
  const head = element('thead');
  head.append(heading);
  table.append(head, body);
  const scroll = element('div');
  scroll.className = 'scroll';
  scroll.tabIndex = 0;
  scroll.append(table);
  return scroll;
}

function element<Name extends keyof HTMLElementTagNameMap>(name: Name, text = ''): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
