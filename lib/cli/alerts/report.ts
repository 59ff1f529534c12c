import type { Alert } from '../../contracts/alerts.ts';
import type { Channel } from '../../contracts/channels.ts';
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

/** All that is known of one. Times are UTC. */
export function alertDetails(alert: Alert, { colours }: Look): string[] {
  const { value, threshold, unit = '', history, analysis, runbook, reason } = alert;
  const measured =
    value === undefined || threshold === undefined ? [] : [`  ${value} ${unit}, limit ${threshold} ${unit}`];
  return [
    `${colours.bold(`${alert.type} ${alert.subject}`)} of ${alert.project ?? 'Headroom'}: ${stateOf(alert)}, ${alert.severity}`,
    `  ${reason}`,
    ...measured,
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
