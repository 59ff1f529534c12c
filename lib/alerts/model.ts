import { z } from 'zod';
import { type Alert, alert } from '../contracts/alerts.ts';
import { identifier, timestamp } from '../contracts/names.ts';
import type { ItemType } from '../platform/table/item.ts';

export const alertItem: ItemType<Alert> = { name: 'Alert', version: 1, schema: alert };

const alarmState = z.object({
  alarm: z.string(),
  state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  changedAt: timestamp,
  /** The alert that is open for the alarm. */
  alertId: identifier.optional(),
});
export type AlarmState = z.output<typeof alarmState>;
export const alarmStateItem: ItemType<AlarmState> = { name: 'AlarmState', version: 1, schema: alarmState };

export const retentionMs = 400 * 24 * 60 * 60 * 1000;
