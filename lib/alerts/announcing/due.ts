import type { AlertType } from '../../contracts/alerts.ts';
import type { KeptAlert, SubjectState } from '../lifecycle/subject.ts';

/** So often is said again that an alert is open and nobody looks after it. */
export const repeatMs = 4 * 60 * 60_000;

/** What follows from a target that is down is told by that. */
const explainedByDown: readonly AlertType[] = [
  'slow-requests',
  'slow-queries',
  'error-rate',
  'low-cache-hit-rate',
  'anomaly',
  'budget-burn',
];

export type Telling = 'change' | 'reminder';

/**
 * Whether something is to be told of a subject's alert. What opened and was over before anybody was told of it is not.
 *
 * @param now epoch milliseconds
 */
export function tellingOf({ alert, announced }: SubjectState, now: number): Telling | undefined {
  if (alert === undefined) return undefined;
  const told = announced?.alertId === alert.alertId ? announced : undefined;
  if (alert.status === 'resolved') return told === undefined || told.status === 'resolved' ? undefined : 'change';
  if (told === undefined || told.status !== alert.status || told.severity !== alert.severity) return 'change';
  return alert.status === 'open' && now - Date.parse(told.at) >= repeatMs ? 'reminder' : undefined;
}

/** The alert that was told of last and was never said to be over, though its subject has another one by now. */
export const unfinishedOf = ({ alert, announced }: SubjectState): string | undefined =>
  announced !== undefined && announced.alertId !== alert?.alertId && announced.status !== 'resolved'
    ? announced.alertId
    : undefined;

/** The open alert that explains another one of the same project. Undefined: none does. */
export function inhibitorOf(
  { type, project }: Pick<KeptAlert, 'type' | 'project'>,
  others: readonly KeptAlert[],
): KeptAlert | undefined {
  if (!explainedByDown.includes(type)) return undefined;
  return others.find((each) => each.type === 'target-down' && each.project === project && each.status !== 'resolved');
}
