import type { Plot } from '../plot.ts';
import { formats, unmeasured } from '../units.ts';
import type { Drawn } from './draw.ts';

/** Arrow keys move the cursor from point to point, and what stands there is said aloud. */
export function readByKeys(plot: Plot, drawn: Drawn, canvas: HTMLElement): void {
  const last = plot.x.values.length - 1;
  const spoken = document.createElement('output');
  spoken.className = 'unseen';
  canvas.after(spoken);
  const moves: Record<string, (at: number | null) => number> = {
    ArrowRight: (at) => (at === null ? 0 : Math.min(last, at + 1)),
    ArrowLeft: (at) => (at === null ? last : Math.max(0, at - 1)),
    PageDown: (at) => Math.min(last, (at ?? 0) + 10),
    PageUp: (at) => Math.max(0, (at ?? last) - 10),
    Home: () => 0,
    End: () => last,
  };
  canvas.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const at = move(drawn.plot.cursor.idx ?? null);
    drawn.plot.setCursor({ left: drawn.plot.valToPos(plot.x.values[at] ?? 0, 'x'), top: 0 });
    spoken.textContent = pointInWords(plot, at);
  });
}

function pointInWords({ x, series }: Plot, at: number): string {
  const values = series.map(({ label, unit, values: all }) => {
    const value = all[at] ?? null;
    return `${label} ${value === null ? unmeasured : formats[unit](value)}`;
  });
  return `${formats[x.unit](x.values[at] ?? 0)}: ${values.join(', ')}`;
}
