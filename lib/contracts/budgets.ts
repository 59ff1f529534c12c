import { z } from 'zod';
import { labelNamePattern, metricNameLimits, metricNamePattern } from './metric-names.ts';
import { percent, timestamp } from './names.ts';
import { type HistoryMetric, historyMetrics } from './telemetry-history.ts';

/** Of each event that took a time, whether it took too long: their objective is a limit in ms, kept by `percentile` of them. */
export const timeMetrics = ['responseTimeMs', 'queryTimeMs', 'outgoingTimeMs'] as const;
export type TimeMetric = (typeof timeMetrics)[number];

/** Of each request, whether it failed: their objective is a percentage of requests. */
export const shareMetrics = ['errorRatePercent', 'availabilityPercent'] as const;
export type ShareMetric = (typeof shareMetrics)[number];

const percentileOf = /^p(\d\d)(\w+)$/;
/** One figure of the whole window: it is kept or not, and there is no budget to spend. */
export const levelMetrics = (Object.keys(historyMetrics) as HistoryMetric[]).filter(
  (name) => !percentileOf.test(name) && name !== 'errorRatePercent',
);

export const customPrefix = 'custom:';
const isCustom = (metric: string): boolean =>
  metric.startsWith(customPrefix) &&
  metric.length <= customPrefix.length + metricNameLimits.name &&
  metricNamePattern.test(metric.slice(customPrefix.length));

const known: readonly string[] = [...timeMetrics, ...shareMetrics, ...levelMetrics];
const includes = (names: readonly string[], metric: string): boolean => names.includes(metric);

const metric = z
  .string()
  .superRefine((name, context) => {
    if (includes(known, name) || isCustom(name)) return;
    const [, percentile, rest = ''] = percentileOf.exec(name) ?? [];
    const plain = `${rest.charAt(0).toLowerCase()}${rest.slice(1)}`;
    const message = includes(timeMetrics, plain)
      ? `must be "${plain}", with "percentile": ${percentile}`
      : `must be one of ${known.join(', ')}, or custom:NAME for a metric of the service's own`;
    context.addIssue({ code: 'custom', message });
  })
  .describe('`responseTimeMs`, `errorRatePercent`, any figure of the service, or `custom:NAME`: a metric of its own');

export const bound = z.enum(['atMost', 'atLeast']);
export type Bound = z.output<typeof bound>;

/** Of these, more is better. */
const wantedHigh: readonly string[] = [
  'availabilityPercent',
  'requestsPerSecond',
  'peakRequestsPerSecond',
  'requests',
  'instances',
];

const shape = {
  metric,
  objective: z
    .number()
    .describe('The limit, in the unit of the metric: ms, percent, per second, or what the metric is in'),
  percentile: z
    .number()
    .gt(0)
    .lt(100)
    .optional()
    .describe(
      'How many percent of the events must keep the limit: of requests, queries, values of a histogram (default 95), or of minutes, for `requestsPerSecond`',
    ),
  bound: bound.optional().describe('Default: `atLeast` for availability and throughput, `atMost` for all else'),
  labels: z
    .record(z.string().regex(labelNamePattern), z.string().max(metricNameLimits.labelValue))
    .optional()
    .describe("Of a metric of the service's own, only what has all of these"),
  windowDays: z.int().min(1).max(90).default(30).describe('The days up to now in which it is to be kept'),
};

/** What a user sets of one objective. */
export const objectiveSetting = z.strictObject(shape).superRefine((setting, context) => {
  const fault = (field: keyof typeof shape, message: string) =>
    context.addIssue({ code: 'custom', path: [field], message });
  const { metric: name, objective, percentile, bound: given, labels } = setting;
  if (includes(shareMetrics, name) && !(objective > 0 && objective < 100)) {
    fault('objective', 'must be above 0 and below 100 percent: what allows nothing, or all, has no budget');
  }
  if (!isCustom(name) && !includes(shareMetrics, name) && objective <= 0) fault('objective', 'must be above 0');
  if (percentile !== undefined && !isCustom(name) && !includes([...timeMetrics, 'requestsPerSecond'], name)) {
    fault('percentile', `is for ${timeMetrics.join(', ')}, requestsPerSecond and custom:NAME`);
  }
  if (given !== undefined && given !== usualBound(name) && includes([...timeMetrics, ...shareMetrics], name)) {
    fault('bound', `is ${usualBound(name)} for ${name}`);
  }
  if (labels !== undefined && !isCustom(name)) fault('labels', 'is for custom:NAME');
});
export type ObjectiveSetting = z.output<typeof objectiveSetting>;

/** Of times, and of a histogram of the service's own. */
export const usualPercentile = 95;

export const usualBound = (name: string): Bound => (wantedHigh.includes(name) ? 'atLeast' : 'atMost');

/** The same for all that mean the same, whether they say what is usual or leave it out. */
function nameOf({ metric: name, percentile, bound, labels = {}, windowDays }: ObjectiveSetting): string {
  const usual = isCustom(name) || includes(timeMetrics, name) ? usualPercentile : undefined;
  const kept = [percentile ?? usual, bound ?? usualBound(name)];
  return JSON.stringify([name, ...kept, Object.entries(labels).sort(), windowDays]);
}

/** A project's objectives. An empty list: it has none. */
export const budgetSettings = z
  .array(objectiveSetting)
  .max(20)
  .superRefine((settings, context) => {
    const seen = new Map<string, number>();
    for (const [index, setting] of settings.entries()) {
      const name = nameOf(setting);
      const first = seen.get(name);
      if (first === undefined) seen.set(name, index);
      else context.addIssue({ code: 'custom', path: [index], message: `sets the same as ${first} again` });
    }
  })
  .meta({ id: 'BudgetSettings' });
export type BudgetSettings = z.output<typeof budgetSettings>;

/** Where nobody set any. */
export const defaultBudgets: BudgetSettings = [
  { metric: 'responseTimeMs', objective: 200, percentile: 95, windowDays: 30 },
  { metric: 'errorRatePercent', objective: 0.1, windowDays: 30 },
  { metric: 'availabilityPercent', objective: 99.9, windowDays: 30 },
];

/**
 * When a budget is spent too fast: both windows must burn faster than `factor`, and the long one must hold 5 bad events. ("The Site
 * Reliability Workbook", O'Reilly 2018, chapter 5: 2 % of 30 days' budget in an hour, 5 % in six, 10 % in three days.)
 */
export const burnAlerts = [
  { severity: 'critical', factor: 14.4, longMinutes: 60, shortMinutes: 5 },
  { severity: 'high', factor: 6, longMinutes: 360, shortMinutes: 30 },
  { severity: 'medium', factor: 3, longMinutes: 1440, shortMinutes: 120 },
  { severity: 'low', factor: 1, longMinutes: 4320, shortMinutes: 360 },
] as const;
export const minBadEvents = 5;

const events = z.object({
  total: z.number().int(),
  bad: z.number().int(),
});

const burnWindow = events.extend({
  minutes: z.number().int(),
  burnRate: z.number().optional().describe('Absent: nothing happened'),
});

export const burn = z.object({
  severity: z.enum(['critical', 'high', 'medium', 'low']),
  factor: z.number(),
  long: burnWindow,
  short: burnWindow,
  fires: z.boolean().describe('Both windows burn faster than the factor, and the long one has 5 bad events'),
});
export type Burn = z.output<typeof burn>;

/** An objective, and how it is kept. */
export const budget = z
  .object({
    ...shape,
    bound,
    windowDays: z.int(),
    description: z.string().describe('As a sentence: `95 % of requests within 200 ms`'),
    unit: z.string().optional(),
    status: z.enum(['met', 'missed', 'not-enough-data']),
    reason: z.string().optional().describe('Why there is not enough data'),
    value: z.number().optional().describe('Of the metric over the window: what stands against the objective'),
    from: timestamp,
    to: timestamp,
    coveragePercent: percent.describe('Of the window, the time that the service told of'),
    events: events.optional().describe('Within the window. Absent: there is nothing to count'),
    errorBudget: z
      .object({
        totalPercent: percent.describe('Of events that may be bad'),
        totalEvents: z.number().describe('The same of those that there were'),
        consumedPercent: z.number().describe('Above 100: more than there was'),
        remainingPercent: z.number().describe('Below 0: more was spent than there was'),
      })
      .optional(),
    burnRates: z.array(burn).optional(),
    timeToExhaustionSeconds: z
      .number()
      .optional()
      .describe('Until the budget is spent, at the rate of the last hour. Absent: it never will be'),
  })
  .meta({ id: 'Budget' });
export type Budget = z.output<typeof budget>;
