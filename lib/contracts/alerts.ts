import { z } from 'zod';
import { evidence } from './analysis.ts';
import { displayName, displayText, identifier, projectName, timestamp } from './names.ts';
import { pageQuery } from './page.ts';

export const alertTypes = [
  'slow-requests',
  'slow-queries',
  'high-memory',
  'high-cpu',
  'error-rate',
  'low-cache-hit-rate',
  'budget-burn',
  'anomaly',
  'regression',
  'check-failed',
  'cloudwatch-alarm',
  'target-down',
  'headroom-part-down',
] as const;
export const alertType = z.enum(alertTypes);
export type AlertType = z.output<typeof alertType>;

/** What an alert is about. At most one is open of each. */
export const alertSubject = z.object({
  type: alertType,
  subject: z.string().describe('The metric, objective, check, alarm or part'),
  project: projectName.optional().describe('Absent: it is about the deployment'),
});
export type AlertSubject = z.output<typeof alertSubject>;

/** Alerts are announced together: those of a project, and those of the deployment, which no project can be named like. */
export const alertGroup = z.union([projectName, z.literal('*')]);
export const deploymentGroup = '*';

/** From the least to the most. */
export const alertSeverities = ['low', 'medium', 'high', 'critical'] as const;
export const alertSeverity = z.enum(alertSeverities);
export type AlertSeverity = z.output<typeof alertSeverity>;

export const alertStatus = z.enum(['open', 'acknowledged', 'resolved']);
export type AlertStatus = z.output<typeof alertStatus>;

/** What happens to alerts by itself is done by this name. */
export const byItself = 'headroom';

/** Who events about alerts are from, for EventBridge. */
export const eventSource = 'headroom';

export const alertEvent = z.object({
  at: timestamp,
  event: z.enum(['opened', 'raised', 'acknowledged', 'resolved', 'reopened']),
  by: z.string().describe('`headroom`, or the name and id of an API key'),
  severity: alertSeverity.optional().describe('From then on'),
  why: z.string().optional(),
});
export type AlertEvent = z.output<typeof alertEvent>;

export const alertWindow = z.object({
  metric: z.string().optional().describe('What it is of. Default: the subject'),
  from: timestamp,
  stepSeconds: z.number().int(),
  values: z
    .array(z.number().nullable())
    .describe('In the unit of the alert, one for each step; null: nothing was told'),
});
export type AlertWindow = z.output<typeof alertWindow>;

export const alert = z
  .object({
    alertId: identifier,
    ...alertSubject.shape,
    severity: alertSeverity,
    status: alertStatus,
    reason: z.string().describe('In one sentence'),
    openedAt: timestamp,
    updatedAt: timestamp,
    acknowledgedAt: timestamp.optional(),
    acknowledgedBy: z.string().optional(),
    resolvedAt: timestamp.optional(),
    resolvedBy: z.string().optional().describe('`headroom` when the condition is gone'),
    value: z.number().optional(),
    threshold: z.number().optional(),
    ratio: z
      .number()
      .optional()
      .describe('Of the value to the threshold: above 1 is worse, and 100 stands for all above'),
    unit: z.string().optional(),
    window: alertWindow
      .optional()
      .describe('How it went of late. Absent of a composite CloudWatch alarm, and where there are no values'),
    evidence: z.array(evidence),
    analysis: z.string().optional().describe('The path of what shows more'),
    runbook: z.string().describe('Where the documentation says what to do'),
    silencedBy: identifier.optional().describe('A silence that keeps it from being announced now'),
    inhibitedBy: identifier.optional().describe('An alert that explains it, and is announced in its place'),
    history: z.array(alertEvent).describe('What happened to it: the first, and the last 49'),
  })
  .meta({ id: 'Alert' });
export type Alert = z.output<typeof alert>;

export const alertQuery = pageQuery.extend({
  resolved: z.enum(['true', 'false']).optional().describe('Default: both'),
  severity: alertSeverity.optional(),
  type: alertType.optional(),
});
export type AlertQuery = z.output<typeof alertQuery>;

/** Of who acts on an alert. */
export const alertAction = z.strictObject({ why: displayText(1000).optional() }).meta({ id: 'AlertAction' });
export type AlertAction = z.output<typeof alertAction>;

/** Alerts that a silence is about: those that all of its matchers fit. */
export const silenceMatchers = z.strictObject({
  project: projectName.optional(),
  type: alertType.optional(),
  severity: alertSeverity.optional(),
  subject: displayName(256).optional().describe('A pattern: `*` stands for any text, `?` for one character'),
});
export type SilenceMatchers = z.output<typeof silenceMatchers>;

export const silenceRequest = z
  .strictObject({
    matchers: silenceMatchers.default({}).describe('None: every alert'),
    startsAt: timestamp.optional().describe('Default: now'),
    endsAt: timestamp.describe('At most a year ahead'),
    why: displayText(1000),
  })
  .meta({ id: 'SilenceRequest' });
export type SilenceRequest = z.output<typeof silenceRequest>;

export const silence = z
  .object({
    silenceId: identifier,
    matchers: silenceMatchers,
    startsAt: timestamp,
    endsAt: timestamp,
    why: z.string(),
    createdAt: timestamp,
    createdBy: z.string(),
  })
  .meta({ id: 'Silence' });
export type Silence = z.output<typeof silence>;

/** What is told of an alert. */
export const announcedAlert = alert
  .pick({
    alertId: true,
    type: true,
    subject: true,
    severity: true,
    status: true,
    reason: true,
    openedAt: true,
    resolvedAt: true,
    value: true,
    threshold: true,
    ratio: true,
    unit: true,
    analysis: true,
    runbook: true,
  })
  .extend({ isReminder: z.boolean().describe('It was told before, and is open still') });
export type AnnouncedAlert = z.output<typeof announcedAlert>;

/** What is told at a time: all that changed of the alerts of a project, or of the deployment. */
export const alertNotification = z
  .object({
    notificationId: identifier.describe('The same however often it is delivered'),
    project: projectName.optional().describe('Absent: of the deployment'),
    sequence: z.number().int().describe('Counts the notifications of the project, from 1'),
    createdAt: timestamp,
    severity: alertSeverity.describe('The gravest of its alerts'),
    alerts: z.array(announcedAlert).min(1),
    remaining: z.number().int().describe('Alerts that changed too, and are told of in the next one'),
    isTest: z.literal(true).optional().describe('Somebody tries the channel, and nothing is amiss'),
  })
  .meta({ id: 'AlertNotification' });
export type AlertNotification = z.output<typeof alertNotification>;
