import type { Alert } from '../../contracts/alerts.ts';
import { decimal } from '../../contracts/figures.ts';
import type { Unit } from '../../pages/units.ts';
import type { Tone } from '../components/badge.tsx';

/** `9,000 ms`, `6×`; of alerts without a unit the figure alone. */
export const amount = (value: number, unit: string | undefined): string =>
  unit === undefined ? decimal(value) : unit === 'x' ? `${decimal(value)}×` : `${decimal(value)} ${unit}`;

const plotUnits: Readonly<Record<string, Unit>> = { ms: 'ms', '%': 'percent', MB: 'mb' };

/** How a plot writes the values of an alert. */
export const plotUnitOf = (unit: string | undefined): Unit => plotUnits[unit ?? ''] ?? 'bare';

export interface AlertState {
  words: string;
  tone: Tone;
  /** What it means. */
  title: string;
}

export function stateOf({ status, silencedBy, inhibitedBy, acknowledgedBy }: Alert): AlertState {
  if (status === 'resolved') return { words: 'resolved', tone: 'good', title: 'It is over' };
  if (silencedBy !== undefined)
    return { words: 'silenced', tone: 'plain', title: 'A silence keeps it from being told' };
  if (inhibitedBy !== undefined) {
    return { words: 'explained', tone: 'plain', title: 'Another alert explains it, and is told in its place' };
  }
  if (status === 'acknowledged') {
    return { words: 'acknowledged', tone: 'doubtful', title: `${acknowledgedBy} looks after it` };
  }
  return { words: 'open', tone: 'bad', title: 'Nobody looks after it yet' };
}

/** Whom an alert is about. */
export const ownerOf = ({ project }: Pick<Alert, 'project'>): string => project ?? 'Headroom';

/** The page that shows what the API's path of an alert does. */
export function pageOfAnalysis(path: string): { href: string; label: string } | undefined {
  const [, project, rest = ''] = /^\/v1\/projects\/([^/]+)\/(.*)$/.exec(path) ?? [];
  if (project === undefined)
    return path === '/v1/status' ? { href: '/dashboard/settings', label: 'Status' } : undefined;
  const base = `/dashboard/projects/${project}`;
  if (rest.startsWith('checks/')) return { href: `${base}/${rest}`, label: 'The check' };
  if (rest.startsWith('analytics')) return { href: `${base}/cache`, label: 'The cache' };
  return { href: base, label: 'Performance' };
}
