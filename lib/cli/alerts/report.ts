import type { Alert } from '../../contracts/alerts.ts';
import type { Channel } from '../../contracts/channels.ts';
import { decimal } from '../../contracts/figures.ts';
import { sparkline } from '../sparkline.ts';
import type { Look } from '../terminal.ts';
import { textTable } from '../text-table.ts';

const minute = (at: string): string => at.slice(0, 16).replace('T', ' ');

const stateOf = ({ status, silencedBy, inhibitedBy }: Alert): string =>
  silencedBy !== undefined ? `${status}, silenced` : inhibitedBy !== undefined ? `${status}, explained` : status;

/** The newest first, as they were answered. */
export function alertLines(alerts: readonly Alert[], { colours, width }: Look): string[] {
  if (alerts.length === 0) return ['There are no alerts.'];
  const rows = alerts.map((alert) => [
    colours.bold(alert.alertId),
    alert.severity,
    stateOf(alert),
    alert.project ?? 'Headroom',
    `${alert.type} ${alert.subject}`,
    minute(alert.openedAt),
  ]);
  return textTable(['left', 'left', 'left', 'left', 'left', 'left'], rows, { width, drop: [5, 3] });
}

const amount = (value: number, unit: string | undefined): string => [decimal(value), unit].filter(Boolean).join(' ');

/** How it came to this, from 0 to the highest value. */
function courseLines({ subject, unit, window }: Alert, width: number): string[] {
  if (window === undefined) return [];
  const { metric = subject, from, stepSeconds, values } = window;
  const stepMs = stepSeconds * 1000;
  const fromMs = Date.parse(from);
  const toMs = fromMs + values.length * stepMs;
  const known = values.flatMap((value, step) => (value === null ? [] : [{ atMs: fromMs + step * stepMs, value }]));
  if (known.length === 0) return [];
  const [bars = ''] = sparkline(known, { fromMs, toMs, stepMs }, Math.min(values.length, width - 4));
  const highest = Math.max(...known.map(({ value }) => value));
  const span = `${minute(from)} to ${minute(new Date(toMs).toISOString())}`;
  return [`  ${metric}, ${span}, at most ${amount(highest, unit)}:`, `  |${bars}|`];
}

/** All that is known of one. Times are UTC. */
export function alertDetails(alert: Alert, { colours, width }: Look): string[] {
  const { value, threshold, unit, history, analysis, runbook, reason } = alert;
  const measured =
    value === undefined || threshold === undefined
      ? []
      : [`  ${amount(value, unit)}, limit ${amount(threshold, unit)}`];
  return [
    `${colours.bold(`${alert.type} ${alert.subject}`)} of ${alert.project ?? 'Headroom'}: ${stateOf(alert)}, ${alert.severity}`,
    `  ${reason}`,
    ...measured,
    ...courseLines(alert, width),
    ...(analysis === undefined ? [] : [`  more: ${analysis}`]),
    `  what to do: ${runbook}`,
    ...history.map(
      ({ at, event, by, why }) => `  ${minute(at)} ${event} by ${by}${why === undefined ? '' : `: ${why}`}`,
    ),
  ];
}

export function channelLines(channels: readonly Channel[], { colours, width }: Look): string[] {
  if (channels.length === 0) return ['There are no channels: nobody is told of alerts.'];
  const rows = channels.map(({ channelId, kind, to, minSeverity, projects, trouble }) => [
    colours.bold(channelId),
    kind,
    `${minSeverity} and above`,
    projects?.join(', ') ?? 'all projects',
    to,
    trouble === undefined ? '' : `fails since ${minute(trouble.since)}`,
  ]);
  return textTable(['left', 'left', 'left', 'left', 'left', 'left'], rows, { width, drop: [4, 2] });
}
