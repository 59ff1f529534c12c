import { z } from 'zod';
import { type AlertNotification, alertGroup, alertNotification, type Silence, silence } from '../contracts/alerts.ts';
import { channelName } from '../contracts/channels.ts';
import { identifier, timestamp } from '../contracts/names.ts';
import type { ItemType } from '../platform/table/item.ts';
import { type KeptAlert, keptAlert, type SubjectState, subjectState } from './lifecycle/subject.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Of alerts that are resolved. */
export const retentionMs = 400 * dayMs;
/** Of what is known of a subject without an open alert: longer than any message can be late. */
export const subjectRetentionMs = 30 * dayMs;

const storedAlert = keptAlert.extend({
  /** Of the subject's state, which it is a copy of. */
  change: z.number().int(),
});
export type StoredAlert = z.output<typeof storedAlert>;

/** Alerts of CloudWatch alarms were the only ones once, and had no more than this. */
const alarmAlert = keptAlert.pick({ alertId: true, subject: true, openedAt: true, resolvedAt: true, reason: true });
const ofAlarm = (older: unknown): StoredAlert => {
  const { resolvedAt, ...known } = alarmAlert.parse(older);
  const updatedAt = resolvedAt ?? known.openedAt;
  const resolved = { status: 'resolved', resolvedAt, resolvedBy: 'headroom' } as const;
  return {
    ...known,
    type: 'cloudwatch-alarm',
    severity: 'high',
    updatedAt,
    ...(resolvedAt === undefined ? { status: 'open' } : { ...resolved, resolvedAt }),
    evidence: [],
    runbook: 'docs/runbook.md#cloudwatch-alarm',
    history: [],
    change: 0,
  };
};

export const alertItem: ItemType<StoredAlert> = {
  name: 'Alert',
  version: 2,
  schema: storedAlert,
  migrations: { 1: ofAlarm },
};

const alertEntry = z.object({ alertId: identifier });
export const alertEntryItem: ItemType<z.output<typeof alertEntry>> = {
  name: 'AlertEntry',
  version: 1,
  schema: alertEntry,
};

export const subjectItem: ItemType<SubjectState> = { name: 'AlertSubject', version: 1, schema: subjectState };

export const shownOf = ({ change: _, ...kept }: StoredAlert): KeptAlert => kept;

const evaluation = z.object({
  /** The newest minute that was asked for. */
  minute: timestamp,
  /** Since when it was asked for minute by minute: before that, Headroom itself may have been away. Absent: not known. */
  awakeSince: timestamp.optional(),
  /** The last minutes that were told of, by their beginning in epoch milliseconds, with what is held against thresholds. */
  minutes: z.array(
    z.object({
      start: z.number().int(),
      figures: z.record(z.string(), z.number()),
      isLambda: z.boolean().optional(),
    }),
  ),
});
export type Evaluation = z.output<typeof evaluation>;
export const evaluationItem: ItemType<Evaluation> = { name: 'AlertEvaluation', version: 1, schema: evaluation };

const group = z.object({
  /** Of the last notification that is done with. */
  sequence: z.number().int(),
  notifiedAt: timestamp.optional(),
  /** A message comes then that looks again. */
  wakeAt: timestamp.optional(),
});
export type Group = z.output<typeof group>;
export const groupItem: ItemType<Group> = { name: 'AlertGroup', version: 1, schema: group };

const storedNotification = alertNotification.extend({
  /** That it was for when it was made. */
  channels: z.array(channelName),
});
export type StoredNotification = z.output<typeof storedNotification>;

export const notificationItem: ItemType<StoredNotification> = {
  name: 'AlertNotification',
  version: 2,
  schema: storedNotification,
  // There were no channels once.
  migrations: { 1: (older) => ({ ...(older as AlertNotification), channels: [] }) },
};

const notificationEntry = z.object({ notificationId: identifier, group: alertGroup, sequence: z.number().int() });
export const notificationEntryItem: ItemType<z.output<typeof notificationEntry>> = {
  name: 'NotificationEntry',
  version: 1,
  schema: notificationEntry,
};

export const silenceItem: ItemType<Silence> = { name: 'Silence', version: 1, schema: silence };
