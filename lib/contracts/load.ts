import { z } from 'zod';
import { loadCost, loadTestResult } from './load-result.ts';
import { insecureSkipTlsVerify, scenarios, thinkTimeMs } from './load-scenario.ts';
import { loadThreshold } from './load-threshold.ts';
import { identifier, percent, projectName, timestamp } from './names.ts';

export const loadKind = z.enum(['basic', 'stress', 'spike', 'endurance', 'comprehensive', 'artillery']);
export type LoadKind = z.output<typeof loadKind>;

/** What can be asked for at all. What a project may have is its quota. */
export const loadLimits = {
  users: 100_000,
  arrivalRate: 500_000,
  durationSeconds: 7 * 86_400,
  workers: 1000,
} as const;

const users = z.number().int().min(1).max(loadLimits.users);
const rate = z.number().positive().max(loadLimits.arrivalRate);
const seconds = z.number().positive().max(loadLimits.durationSeconds);

/** When a step of a stress test counts as borne no more. */
export const breakCriteria = z.strictObject({
  maxErrorRatePercent: percent.default(5),
  maxP95ResponseTimeMs: z.number().positive().default(2000),
});

const kindFields = {
  startUsers: users.optional().describe('Stress: the first step. Default 10'),
  maxUsers: users.optional().describe('Stress: the last step. Default 1000'),
  stepUsers: users.optional().describe('Stress: from one step to the next. Default: each step doubles the one before'),
  startRate: rate.optional().describe('Stress in the open model, in place of startUsers'),
  maxRate: rate.optional(),
  stepRate: rate.optional(),
  stepSeconds: seconds.optional().describe('Stress: for how long a level is held. Default 60'),
  breakCriteria: breakCriteria.optional(),
  precisionPercent: z
    .number()
    .min(1)
    .max(100)
    .optional()
    .describe(
      'Stress: how closely the breaking point is sought between the last good and the first bad step. Default 5',
    ),
  spikeUsers: users.optional().describe('Spike: at its height. Default: ten times the users'),
  spikeRate: rate.optional().describe('Spike in the open model. Default: ten times the rate'),
  spikeSeconds: seconds.optional().describe('Spike: how long it lasts. Default 30'),
  recoverySeconds: seconds.optional().describe('Spike: the time after it. Default 60'),
  enduranceSeconds: seconds.optional().describe('Comprehensive: of its endurance part. Default 300'),
  insecureSkipTlsVerify: insecureSkipTlsVerify.optional(),
  script: z.string().min(1).max(500_000).optional().describe('Artillery: the YAML or JSON of the test'),
} as const;

/** Which kinds each of the fields above is for. */
const fieldKinds: Record<keyof typeof kindFields, readonly LoadKind[]> = {
  startUsers: ['stress', 'comprehensive'],
  maxUsers: ['stress', 'comprehensive'],
  stepUsers: ['stress', 'comprehensive'],
  startRate: ['stress', 'comprehensive'],
  maxRate: ['stress', 'comprehensive'],
  stepRate: ['stress', 'comprehensive'],
  stepSeconds: ['stress', 'comprehensive'],
  breakCriteria: ['stress', 'comprehensive'],
  precisionPercent: ['stress', 'comprehensive'],
  spikeUsers: ['spike', 'comprehensive'],
  spikeRate: ['spike', 'comprehensive'],
  spikeSeconds: ['spike', 'comprehensive'],
  recoverySeconds: ['spike', 'comprehensive'],
  enduranceSeconds: ['comprehensive'],
  // A script of Artillery says it itself.
  insecureSkipTlsVerify: ['basic', 'stress', 'spike', 'endurance', 'comprehensive'],
  script: ['artillery'],
};

/** What is asked for where nothing else is. */
const defaults = {
  // In the schema's own order of fields, as what is given comes out of it.
  scenarios: scenarios.parse([{ name: 'GET /', method: 'GET', path: '/', weight: 1 }]),
  thinkTimeMs: 1000,
  protocol: 'http1' as const,
};

const ofScript = 'which say it themselves';

/** What does nothing in a test of a kind, and what to give in its place. */
const idleFields: Partial<Record<LoadKind, Readonly<Record<string, string>>>> = {
  stress: {
    users: 'give startUsers and maxUsers',
    arrivalRate: 'give startRate and maxRate',
    durationSeconds: 'give stepSeconds',
  },
  artillery: {
    scenarios: ofScript,
    users: ofScript,
    arrivalRate: ofScript,
    durationSeconds: ofScript,
    rampUpSeconds: ofScript,
    thinkTimeMs: ofScript,
    protocol: ofScript,
  },
};

/** A request as it is shown, and may be given again, has its defaults filled in: they say nothing. */
const isGiven = (field: string, value: unknown): boolean =>
  value !== undefined && JSON.stringify(value) !== JSON.stringify(defaults[field as keyof typeof defaults]);

const closedFields = ['users', 'startUsers', 'maxUsers', 'stepUsers', 'spikeUsers'] as const;
const openFields = ['arrivalRate', 'startRate', 'maxRate', 'stepRate', 'spikeRate'] as const;

const requestFields = z.strictObject({
  kind: loadKind.default('basic'),
  scenarios: scenarios.default(defaults.scenarios),
  users: users
    .optional()
    .describe(
      'Closed model: so many users, each waiting for its answer and then thinking. Default 10. Of a stress test: startUsers and maxUsers',
    ),
  arrivalRate: rate
    .optional()
    .describe(
      'Open model: so many requests (or flows) begin each second, whatever the target does. Of a stress test: startRate and maxRate',
    ),
  durationSeconds: seconds
    .optional()
    .describe(
      'Without the ramp-up. Default 60; endurance 3600. Spike: the time before it, 60. Of a stress test: stepSeconds',
    ),
  rampUpSeconds: z
    .number()
    .min(0)
    .max(3600)
    .optional()
    .describe('Default 10; of a step of a stress test: a sixth of it, at most 10'),
  thinkTimeMs: thinkTimeMs.default(defaults.thinkTimeMs),
  timeoutMs: z.number().int().min(1).max(120_000).default(30_000),
  protocol: z.enum(['http1', 'http2']).default(defaults.protocol).describe('`http2` for https targets only'),
  workers: z.number().int().min(1).max(loadLimits.workers).optional().describe('Default: by users or rate'),
  thresholds: z.array(loadThreshold).max(50).optional().describe('Judged when the test has ended, for CI'),
  ...kindFields,
});

export const loadTestRequest = requestFields
  .superRefine((request, context) => {
    const fault = (field: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [field], message });
    for (const [field, kinds] of Object.entries(fieldKinds)) {
      if (request[field as keyof typeof kindFields] !== undefined && !kinds.includes(request.kind)) {
        fault(field, `is for ${kinds.join(' and ')} tests; this one is ${request.kind}`);
      }
    }
    for (const [field, instead] of Object.entries(idleFields[request.kind] ?? {})) {
      if (!isGiven(field, request[field as keyof typeof request])) continue;
      fault(field, `is not for ${request.kind} tests${instead === ofScript ? ',' : ':'} ${instead}`);
    }
    const closed = closedFields.find((field) => request[field] !== undefined);
    const open = openFields.find((field) => request[field] !== undefined);
    if (closed !== undefined && open !== undefined) {
      fault(open, `give either users (closed model) or rates (open model), not ${closed} and ${open}`);
    }
    if (request.kind === 'artillery' && request.script === undefined) fault('script', 'is what an artillery test runs');
    const { startUsers, maxUsers, startRate, maxRate } = request;
    if (startUsers !== undefined && maxUsers !== undefined && startUsers > maxUsers) {
      fault('maxUsers', `must not be below startUsers (${startUsers})`);
    }
    if (startRate !== undefined && maxRate !== undefined && startRate > maxRate) {
      fault('maxRate', `must not be below startRate (${startRate})`);
    }
    if (request.kind === 'stress' && (startRate === undefined) !== (maxRate === undefined)) {
      fault(startRate === undefined ? 'startRate' : 'maxRate', 'startRate and maxRate go together');
    }
  })
  .meta({ id: 'LoadTestRequest' });
export type LoadTestRequest = z.output<typeof loadTestRequest>;

/** Of a test that there is. The rules between the fields are for new ones: it was taken by those of its time. */
export const takenLoadTestRequest = requestFields.meta({ id: 'LoadTestRequestAnswer' });

export const loadTestStatus = z.enum(['queued', 'running', 'completed', 'cancelled', 'failed']);
export type LoadTestStatus = z.output<typeof loadTestStatus>;

export const loadTestSummary = z
  .object({
    testId: identifier,
    project: projectName,
    kind: z.enum([...loadKind.options, 'comparison']),
    status: loadTestStatus,
    progressPercent: percent,
    phase: z.string().optional().describe('What it is at, in words: `stress, step 3: 40 users`'),
    createdAt: timestamp,
    startedAt: timestamp.optional(),
    endedAt: timestamp.optional(),
    reason: z.string().optional().describe('Why a test failed or was cancelled, for example `interrupted`'),
  })
  .meta({ id: 'LoadTestSummary' });
export type LoadTestSummary = z.output<typeof loadTestSummary>;

export const loadTest = loadTestSummary
  .extend({
    request: takenLoadTestRequest,
    result: loadTestResult.optional().describe('While the test runs: what has been measured so far'),
  })
  .meta({ id: 'LoadTest' });
export type LoadTest = z.output<typeof loadTest>;

export const loadTestAccepted = z
  .object({
    testId: identifier,
    status: loadTestStatus,
    workers: z.number().int().optional(),
    cost: loadCost.optional().describe('What it is expected to cost'),
  })
  .meta({ id: 'LoadTestAccepted' });

/** What a test would take, without starting it. */
export const loadTestEstimate = z
  .object({
    workers: z.number().int(),
    plannedSeconds: z.number().describe('At most: a stress test ends sooner where the target breaks'),
    cost: loadCost,
  })
  .meta({ id: 'LoadTestEstimate' });
export type LoadTestEstimate = z.output<typeof loadTestEstimate>;

/** What a project may ask of the fleet. */
export const loadQuota = z
  .strictObject({
    maxUsers: users,
    maxArrivalRate: rate,
    maxDurationSeconds: seconds,
    maxRequestsPerDay: z.number().int().min(0),
  })
  .meta({ id: 'LoadQuota' });
export type LoadQuota = z.output<typeof loadQuota>;

export const loadQuotaSettings = loadQuota.partial().meta({ id: 'LoadQuotaSettings' });
export type LoadQuotaSettings = z.output<typeof loadQuotaSettings>;

export const loadQuotaInForce = loadQuota
  .extend({ requestsToday: z.number().int().describe('Of this UTC day') })
  .meta({ id: 'LoadQuotaInForce' });
export type LoadQuotaInForce = z.output<typeof loadQuotaInForce>;
