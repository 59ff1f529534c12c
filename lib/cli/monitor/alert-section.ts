import type { Alert, AlertSeverity } from '../../contracts/alerts.ts';
import { count } from '../../contracts/figures.ts';
import { ageOf, type Canvas, text, title } from './canvas.ts';
import { cellOf, type Line } from './segments.ts';
import type { MonitorState } from './state.ts';

const severityColour = { low: 'dim', medium: 'yellow', high: 'red', critical: 'red' } as const satisfies Record<
  AlertSeverity,
  string
>;
const gravity: Record<AlertSeverity, number> = { critical: 0, high: 1, medium: 2, low: 3 };

/** Those that are not resolved, the gravest first. */
export function alertLines(state: MonitorState, canvas: Canvas, rows: number): Line[] {
  const { colours, nowMs } = canvas;
  const { alerts } = state.told;
  const all = [...(alerts.value ?? [])].sort((a, b) => gravity[a.severity] - gravity[b.severity]);
  const open = `${count(all.length)} open`;
  const head: Line = [
    ...title('Alerts', alerts, state, canvas),
    ...(alerts.value === undefined ? [] : [text(`  ${open}`, all.length === 0 ? colours.green : colours.red)]),
  ];
  const room = Math.max(0, rows - 1);
  const shown = all.slice(0, all.length > room ? Math.max(0, room - 1) : room);
  const more = all.length - shown.length;
  const line = ({ severity, status, project, type, reason, openedAt }: Alert): Line => [
    text(`  ${cellOf(severity, 9)}`, colours[severityColour[severity]]),
    text(cellOf(project ?? 'Headroom', 16)),
    text(`  ${ageOf(nowMs - Date.parse(openedAt)).padStart(6)}  `, colours.dim),
    text(`${type}${status === 'acknowledged' ? ' (seen)' : ''}: ${reason}`),
  ];
  return [
    head,
    ...shown.map(line),
    ...(more > 0 && room > 0 ? [[text(`  and ${count(more)} more`, colours.dim)]] : []),
  ];
}
