import { alertLines } from './alert-section.ts';
import { cacheLines } from './cache-section.ts';
import type { Canvas } from './canvas.ts';
import { chartLines } from './chart-section.ts';
import { errorLines, headerLine } from './header-section.ts';
import { projectLines } from './project-section.ts';
import { type Line, painted } from './segments.ts';
import type { MonitorState } from './state.ts';
import { workLines } from './work-section.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

interface Section {
  /** So many rows it has at the least, where there are any. */
  readonly least: number;
  /** More than these it does not need. */
  readonly wanted: number;
  draw(rows: number): Line[];
}

const help = [
  'q            quit',
  'up, down     another project; 1 to 9: that one; Home, End: the first, the last',
  'r            ask anew now',
  '?            this help',
  'Ctrl-Z       to the shell, and back with fg',
  '',
  'Figures that are older than they should be say how old they are.',
  'Scores: 80 and more is excellent, 60 and more good, below that poor.',
];
const spaciousRows = 32;

/** The whole view as lines of a terminal, no more and no wider than it has. Pure: the same state gives the same lines. */
export function viewOf(state: MonitorState, { columns, rows }: Size, canvas: Omit<Canvas, 'columns'>): string[] {
  const whole: Canvas = { ...canvas, columns };
  const lines = [
    headerLine(state, whole),
    ...(state.showsHelp ? help.map((text) => [{ text }]) : bodyLines(state, whole, rows - 2)),
  ];
  const keys: Line = [{ text: 'q quit  ↑↓ project  r refresh  ? help', paint: canvas.colours.dim }];
  const filled = [...lines.slice(0, Math.max(1, rows - 1)), ...blank(rows - 1 - lines.length), keys];
  return filled.slice(0, rows).map((line) => painted(line, columns));
}

/** The same for files and pipes, where there is room for all: without empty lines at the end, and without keys. */
export function snapshotOf(state: MonitorState, columns: number, canvas: Omit<Canvas, 'columns'>): string[] {
  const whole: Canvas = { ...canvas, columns };
  const rows = 60;
  return [headerLine(state, whole), ...bodyLines(state, whole, rows)].map((line) => painted(line, columns));
}

const blank = (count: number): Line[] => Array.from({ length: Math.max(0, count) }, () => []);

function bodyLines(state: MonitorState, canvas: Canvas, rows: number): Line[] {
  const { projects, cache, alerts, checks, loadTests } = state.told;
  const errors = errorLines(state, canvas);
  const open = [...(loadTests.value ?? []), ...(checks.value ?? [])].filter(
    ({ status }) => status === 'running' || status === 'queued',
  );
  const sections: Section[] = [
    { least: Math.min(2, errors.length), wanted: errors.length, draw: (given) => errors.slice(0, given) },
    {
      least: 2,
      wanted: 1 + Math.max(1, projects.value?.length ?? 1),
      draw: (given) => projectLines(state, canvas, given),
    },
    { least: 2, wanted: 6, draw: (given) => chartLines(state, canvas, given) },
    {
      least: 2,
      wanted: 2 + Math.min(8, cache.value?.topKeys.length ?? 0),
      draw: (given) => cacheLines(state, canvas, given),
    },
    { least: 2, wanted: 1 + (alerts.value?.length ?? 0), draw: (given) => alertLines(state, canvas, given) },
    { least: 1, wanted: 1 + open.length, draw: (given) => workLines(state, canvas, given) },
  ];
  const gap = rows >= spaciousRows ? 1 : 0;
  const shares = shared(sections, rows - gap * sections.length);
  return sections.flatMap((section, index) => {
    const drawn = section.draw(shares[index] ?? 0).slice(0, shares[index]);
    return drawn.length === 0 ? [] : [...blank(gap), ...drawn];
  });
}

/** First what each must have, in order; then a row to each in turn, while there are any and it wants more. */
function shared(sections: readonly Section[], rows: number): number[] {
  let left = rows;
  const shares = sections.map(({ least }) => {
    const share = Math.max(0, Math.min(least, left));
    left -= share;
    return share;
  });
  for (let isChanged = true; isChanged && left > 0; ) {
    isChanged = false;
    for (const [index, { wanted }] of sections.entries()) {
      if (left === 0 || (shares[index] ?? 0) >= wanted) continue;
      shares[index] = (shares[index] ?? 0) + 1;
      left--;
      isChanged = true;
    }
  }
  return shares;
}
