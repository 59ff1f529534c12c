import {
  type AlertNotification,
  type AlertSeverity,
  type AnnouncedAlert,
  deploymentGroup,
} from '../../contracts/alerts.ts';
import { isoTime } from '../../platform/clock.ts';
import { derivedId } from '../../platform/ids.ts';
import type { KeptAlert } from '../lifecycle/subject.ts';
import { compareSeverity, graver } from '../severity.ts';
import type { Telling } from './due.ts';

/** A notification is one item of the table, and people read it: what is beyond goes into the next. */
const maxAlerts = 100;
/** Of an alarm of CloudWatch it may be 4096 characters, and a hundred of those are more than an item holds. */
const maxReason = 500;

export interface ToTell {
  alert: KeptAlert;
  telling: Telling;
}

/** What is told of a group at a time, the gravest first; among equals the oldest. @param now epoch milliseconds */
export function notificationOf(
  group: string,
  sequence: number,
  due: readonly ToTell[],
  now: number,
): AlertNotification {
  const told = firstSubjects(due);
  const alerts = told.toSorted(byRank).map(announcedOf);
  return {
    notificationId: derivedId(now, `notification ${group} ${sequence}`),
    ...(group === deploymentGroup ? {} : { project: group }),
    sequence,
    createdAt: isoTime(now),
    severity: alerts.reduce<AlertSeverity>((gravest, { severity }) => graver(gravest, severity), 'low'),
    alerts,
    remaining: due.length - alerts.length,
  };
}

const byRank = ({ alert: a }: ToTell, { alert: b }: ToTell): number =>
  compareSeverity(b.severity, a.severity) || (a.alertId < b.alertId ? -1 : 1);

/**
 * What is told of a subject is told at once: the end of one alert, and the next one of it. Once the next one is told of, nobody
 * knows any more that the end of the other one was not.
 */
function firstSubjects(due: readonly ToTell[]): ToTell[] {
  const bySubject = Map.groupBy(due.toSorted(byRank), ({ alert: { type, subject } }) => `${type} ${subject}`);
  const told: ToTell[] = [];
  for (const ofSubject of bySubject.values()) {
    if (told.length + ofSubject.length > maxAlerts) break;
    told.push(...ofSubject);
  }
  return told;
}

const announcedOf = ({ alert, telling }: ToTell): AnnouncedAlert => {
  const { alertId, type, subject, severity, status, reason, openedAt, resolvedAt, runbook } = alert;
  const { value, threshold, ratio, unit, analysis } = alert;
  return {
    alertId,
    type,
    subject,
    severity,
    status,
    reason: reason.slice(0, maxReason),
    openedAt,
    resolvedAt,
    value,
    threshold,
    ratio,
    unit,
    analysis,
    runbook,
    isReminder: telling === 'reminder',
  };
};
