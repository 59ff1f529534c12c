/** Canvases know nothing of style sheets: their colours are asked for, and asked for again when they change. */
export const colour = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const printing = matchMedia('print');

/** In px, of a sheet of paper between its margins: while a page is printed, nobody tells how wide it is. */
const sheetWidth = 660;

export const widthOf = (element: HTMLElement): number => (printing.matches ? sheetWidth : element.clientWidth);

/** Calls back when the page is to be light or dark, narrow or wide, or on paper. */
export function whenLookChanges(redraw: () => void): void {
  for (const query of [printing, matchMedia('(prefers-color-scheme: dark)')]) query.addEventListener('change', redraw);
  let width = document.documentElement.clientWidth;
  new ResizeObserver(() => {
    const now = document.documentElement.clientWidth;
    if (now === width) return;
    width = now;
    redraw();
  }).observe(document.documentElement);
}
