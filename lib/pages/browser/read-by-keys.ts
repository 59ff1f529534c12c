import type { Plot } from '../plot.ts';
import { formats, unmeasured } from '../units.ts';
import type { Drawn } from './draw.ts';

/** Arrow keys move the cursor from point to point, and what stands there is said aloud. */
export function readByKeys(drawn: Drawn, canvas: HTMLElement): void {
  const spoken = document.createElement('output');
  spoken.className = 'unseen';
  canvas.after(spoken);
  const moves: Record<string, (at: number | null, last: number) => number> = {
    ArrowRight: (at, last) => (at === null ? 0 : Math.min(last, at + 1)),
    ArrowLeft: (at, last) => (at === null ? last : Math.max(0, at - 1)),
    PageDown: (at, last) => Math.min(last, (at ?? 0) + 10),
    PageUp: (at, last) => Math.max(0, (at ?? last) - 10),
    Home: () => 0,
    End: (_, last) => last,
  };
  canvas.addEventListener('keydown', (event) => {
    const move = moves[event.key];
    if (move === undefined) return;
    event.preventDefault();
    const { values } = drawn.of.x;
    const at = move(drawn.plot.cursor.idx ?? null, values.length - 1);
    drawn.plot.setCursor({ left: drawn.plot.valToPos(values[at] ?? 0, 'x'), top: 0 });
    spoken.textContent = pointInWords(drawn.of, at);
  });
}

function pointInWords({ x, series }: Plot, at: number): string {
  const values = series.map(({ label, unit, values: all }) => {
    const value = all[at] ?? null;
    return `${label} ${value === null ? unmeasured : formats[unit](value)}`;
  });
  return `${formats[x.unit](x.values[at] ?? 0)}: ${values.join(', ')}`;
}
