const dark = matchMedia('(prefers-color-scheme: dark)');

/** Canvases know nothing of style sheets. @returns what ends it */
export function whenColoursChange(redraw: () => void): () => void {
  const chosen = new MutationObserver(redraw);
  chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  dark.addEventListener('change', redraw);
  return () => {
    chosen.disconnect();
    dark.removeEventListener('change', redraw);
  };
}
