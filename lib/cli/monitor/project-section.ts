import type { ProjectSummary } from '../../contracts/analysis.ts';
import { decimal } from '../../contracts/figures.ts';
import { ms, percentage, perSecond, unmeasured } from '../figures.ts';
import { type Canvas, freshness, text } from './canvas.ts';
import { cellOf, type Line, type Segment } from './segments.ts';
import type { MonitorState } from './state.ts';

const bandColour = { excellent: 'green', good: 'yellow', poor: 'red', 'no-data': 'dim' } as const;
const projectColumns = [
  { name: 'project', width: 16, of: ({ project }: ProjectSummary) => project },
  { name: 'state', width: 9, of: ({ status }: ProjectSummary) => (status === 'no-data' ? 'no data' : status) },
  {
    name: 'score',
    width: 5,
    of: ({ healthScore }: ProjectSummary) => (healthScore === undefined ? unmeasured : decimal(healthScore)),
  },
  { name: 'rate', width: 8, of: ({ keyMetrics }: ProjectSummary) => perSecond(keyMetrics.requestsPerSecond) },
  { name: 'p95', width: 8, of: ({ keyMetrics }: ProjectSummary) => ms(keyMetrics.p95ResponseTimeMs) },
  {
    name: 'alerts',
    width: 6,
    of: ({ activeAlerts }: ProjectSummary) => (activeAlerts === undefined ? unmeasured : String(activeAlerts)),
  },
  { name: 'errors', width: 8, of: ({ keyMetrics }: ProjectSummary) => percentage(keyMetrics.errorRatePercent) },
  { name: 'hit rate', width: 8, of: ({ keyMetrics }: ProjectSummary) => percentage(keyMetrics.cacheHitRatePercent) },
  {
    name: 'memory',
    width: 9,
    of: ({ keyMetrics: { memoryUsageMb } }: ProjectSummary) =>
      memoryUsageMb === undefined ? unmeasured : `${decimal(memoryUsageMb)} MB`,
  },
];

const marginWidth = 4;
const gapWidth = 2;
const gapBefore = (index: number): string => ' '.repeat(index === 0 ? 0 : gapWidth);

/** Those that there is room for, in their order. */
function columnsWithin(columns: number): typeof projectColumns {
  let used = marginWidth;
  return projectColumns.filter(({ width }) => {
    used += width + gapWidth;
    return used - gapWidth <= columns;
  });
}

/** Scores by project; those around the chosen one where not all fit. */
export function projectLines(state: MonitorState, canvas: Canvas, rows: number): Line[] {
  const { colours, columns } = canvas;
  const { projects } = state.told;
  const shown = columnsWithin(columns);
  const head = [
    text(cellOf('    ', 4)),
    ...shown.map(({ name, width }, index) =>
      text(gapBefore(index) + cellOf(name, width, index < 2 ? 'left' : 'right'), colours.dim),
    ),
    ...freshness(projects, state, canvas),
  ];
  const all = projects.value ?? [];
  if (projects.value !== undefined && all.length === 0) return [head, [text('  No projects yet.')]];
  const chosen = Math.max(
    0,
    all.findIndex(({ project }) => project === state.chosen),
  );
  const first = Math.max(0, Math.min(chosen - Math.floor((rows - 2) / 2), all.length - (rows - 1)));
  const lines = all.slice(first, first + rows - 1).map((summary, index): Line => {
    const isChosen = first + index === chosen;
    const marker = `${isChosen ? '>' : ' '}${first + index < 9 ? first + index + 1 : ' '}  `;
    return [
      text(marker, isChosen ? colours.bold : colours.dim),
      ...shown.map(({ name, width, of }, column): Segment => {
        const cell = gapBefore(column) + cellOf(of(summary), width, column < 2 ? 'left' : 'right');
        if (name === 'state') return text(cell, colours[bandColour[summary.status]]);
        if (name === 'alerts' && (summary.activeAlerts ?? 0) > 0) return text(cell, colours.red);
        return isChosen ? text(cell, colours.bold) : text(cell);
      }),
    ];
  });
  return [head, ...lines];
}
