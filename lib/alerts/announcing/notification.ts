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
  const ranked = due.toSorted(
    ({ alert: a }, { alert: b }) => compareSeverity(b.severity, a.severity) || (a.alertId < b.alertId ? -1 : 1),
  );
  const alerts = ranked.slice(0, maxAlerts).map(announcedOf);
  return {
    notificationId: derivedId(now, `notification ${group} ${sequence}`),
    ...(group === deploymentGroup ? {} : { project: group }),
    sequence,
    createdAt: isoTime(now),
    severity: alerts.reduce<AlertSeverity>((gravest, { severity }) => graver(gravest, severity), 'low'),
    alerts,
    remaining: ranked.length - alerts.length,
  };
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
    reason,
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
