import { z } from 'zod';
import { alert, alertSeverity, alertStatus, alertSubject } from '../../contracts/alerts.ts';
import { identifier, timestamp } from '../../contracts/names.ts';

/** An alert without what depends on others than itself. */
export const keptAlert = alert.omit({ silencedBy: true, inhibitedBy: true });
export type KeptAlert = z.output<typeof keptAlert>;

/** What was told last of the subject's alert. */
const announced = z.object({
  alertId: identifier,
  status: alertStatus,
  severity: alertSeverity,
  at: timestamp,
  /** Of the notification, within its group. */
  sequence: z.number().int(),
});

/**
 * All that is known of a subject: whatever is decided of its alerts is decided by one conditional write of this. The alerts
 * that are listed are copies of what stands here.
 */
export const subjectState = alertSubject.extend({
  /** The last that there was, open or not. */
  alert: keptAlert.optional(),
  /** Grows with every change of `alert`, so that no older copy takes the place of a newer one. */
  change: z.number().int(),
  /** The time of the newest observation: what is older says nothing new. */
  observedAt: timestamp,
  /** When the condition was last seen to be gone. */
  goneAt: timestamp.optional(),
  /** Resolved by hand: nothing opens until the condition was gone once. */
  heldClosed: z.boolean(),
  /** Since when there is something to announce, where there is. */
  untoldSince: timestamp,
  announced: announced.optional(),
});
export type SubjectState = z.output<typeof subjectState>;

/** Whether it matters that the condition is gone: there is an open alert, or one that was closed by hand while it lasted. */
export const isAwaited = ({ alert, heldClosed }: SubjectState): boolean =>
  heldClosed || (alert !== undefined && alert.status !== 'resolved');
