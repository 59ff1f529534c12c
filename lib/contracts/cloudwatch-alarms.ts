import { z } from 'zod';
import { timestamp } from './names.ts';

export const cloudWatchAlarmTypes = [
  'errors',
  'slow-requests',
  'throttles',
  'queue-age',
  'cpu',
  'memory',
  'cache-hit-rate',
] as const;
export const cloudWatchAlarmType = z.enum(cloudWatchAlarmTypes);
export type CloudWatchAlarmType = z.output<typeof cloudWatchAlarmType>;

/** How the alarms of all projects of a stage begin: it is all that the platform may touch. The stack's own begin otherwise. */
export const alarmsPrefix = (stage: string): string => `headroom-${stage}/`;

/** More are refused: who wants them would pay for them every month. */
export const mostCloudWatchAlarms = 200;

/** Which of a project's thresholds become CloudWatch alarms on its resources. */
export const cloudWatchAlarmSettings = z
  .strictObject({
    types: z
      .array(cloudWatchAlarmType)
      .min(1)
      .max(cloudWatchAlarmTypes.length)
      .default([...cloudWatchAlarmTypes])
      .describe('Default: all'),
    maxQueueAgeSeconds: z
      .number()
      .int()
      .min(60)
      .max(1_209_600)
      .default(300)
      .describe('How old the oldest message of a queue may be'),
  })
  .meta({ id: 'CloudWatchAlarmSettings' });
export type CloudWatchAlarmSettings = z.output<typeof cloudWatchAlarmSettings>;

const cloudWatchAlarm = z
  .object({
    name: z.string(),
    type: cloudWatchAlarmType.optional().describe('Absent: of an alarm that the settings do not ask for'),
    resource: z.string().optional(),
    description: z.string().optional(),
    state: z.enum(['OK', 'ALARM', 'INSUFFICIENT_DATA']).optional().describe('Absent: it is not there'),
    drift: z
      .enum(['none', 'missing', 'changed', 'not-asked-for'])
      .describe('How others made it differ from what is asked for: the next `PUT` mends it'),
  })
  .meta({ id: 'CloudWatchAlarm' });
export type CloudWatchAlarm = z.output<typeof cloudWatchAlarm>;

export const cloudWatchAlarms = z
  .object({
    settings: cloudWatchAlarmSettings,
    updatedAt: timestamp,
    alarms: z.array(cloudWatchAlarm),
    elsewhere: z.array(z.string()).describe('Resources of another region, which have no alarms here'),
    costUsdPerMonth: z.number().describe('At the list price of us-east-1, without free alarms'),
  })
  .meta({ id: 'CloudWatchAlarms' });
export type CloudWatchAlarms = z.output<typeof cloudWatchAlarms>;
