import type uPlot from 'uplot';
import type { Mark, Plot, Stretch } from '../plot.ts';

/** Labels of marks that lie close would cover each other: each next one stands a line lower. */
const labelRows = 3;
const lineHeight = 16;

/** What the labels need above the highest value, in px. */
export const labelHeight = ({ marks, stretches }: Plot): number =>
  12 + lineHeight * ((stretches.length > 0 ? 1 : 0) + Math.min(labelRows, marks.length));

/** The marks and stretches of a plot, as elements on top of it: they are text, take their colours from the style, and are found. */
export function overlay({ marks, stretches }: Plot): uPlot.Plugin {
  const placed: { element: HTMLElement; place: (plot: uPlot) => void }[] = [
    ...stretches.map(stretchElement),
    ...marks.map((mark, index) => markElement(mark, stretches.length > 0 ? index + 1 : index)),
  ];
  return {
    hooks: {
      init: (plot) => plot.over.prepend(...placed.map(({ element }) => element)),
      draw: (plot) => {
        for (const { place } of placed) place(plot);
      },
    },
  };
}

function labelled(className: string, text: string): { element: HTMLElement; label: HTMLElement } {
  const element = document.createElement('div');
  element.className = className;
  const label = document.createElement('span');
  label.textContent = text;
  element.append(label);
  return { element, label };
}

function markElement({ at, label: text }: Mark, row: number) {
  const { element, label } = labelled('mark', text);
  label.style.top = `${(row % labelRows) * lineHeight}px`;
  return {
    element,
    place(plot: uPlot) {
      const left = plot.valToPos(at, 'x');
      element.style.left = `${left}px`;
      element.hidden = left < -1 || left > plot.over.clientWidth + 1;
      element.classList.toggle('leftwards', left + label.offsetWidth + 8 > plot.over.clientWidth);
    },
  };
}

function stretchElement({ from, to, label: text, tone }: Stretch) {
  const { element, label } = labelled(`stretch ${tone}`, text);
  element.title = text;
  return {
    element,
    place(plot: uPlot) {
      const left = plot.valToPos(from, 'x');
      const width = Math.max(0, plot.valToPos(to, 'x') - left);
      element.style.left = `${left}px`;
      element.style.width = `${width}px`;
      // Half a label says nothing.
      label.hidden = false;
      label.hidden = label.scrollWidth > width - 4;
    },
  };
}
