import { z } from 'zod';
import { identifier, projectName, timestamp } from './names.ts';

export const alert = z
  .object({
    alertId: identifier,
    type: z.enum(['cloudwatch-alarm']),
    subject: z.string(),
    project: projectName.optional(),
    status: z.enum(['open', 'resolved']),
    openedAt: timestamp,
    resolvedAt: timestamp.optional(),
    reason: z.string(),
  })
  .meta({ id: 'Alert' });
export type Alert = z.output<typeof alert>;

/** What CloudWatch sends to its SNS topic. Only what Headroom reads; composite alarms have no `Trigger`. */
export const alarmNotification = z.looseObject({
  AlarmName: z.string().min(1).max(255),
  AlarmArn: z.string().optional(),
  NewStateValue: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']),
  NewStateReason: z.string().max(4096),
  StateChangeTime: z.string().transform((text, context) => {
    // CloudWatch writes `2026-01-31T02:00:00.123+0000`, which ISO 8601 parsers refuse without the colon.
    const time = new Date(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'));
    if (Number.isNaN(time.getTime())) {
      context.addIssue({ code: 'custom', message: 'must be a time' });
      return z.NEVER;
    }
    return time.toISOString();
  }),
  OldStateValue: z.string().optional(),
});
export type AlarmNotification = z.output<typeof alarmNotification>;
