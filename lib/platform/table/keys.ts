/**
 * Every key of the HistoryTable is built here, so that two kinds of item can never meet under one key. Parts that come
 * from outside (project names, ULIDs, instance names) are checked at their doors and cannot contain `#`.
 */
export interface Key {
  pk: string;
  sk: string;
}

/** What the sort keys of the trail of changes begin with. */
export const auditPrefix = 'RECORD#';

/** A partition of items that are listed together, with what their sort keys begin with. */
export interface Listing {
  pk: string;
  prefix: string;
}

const padded = (number: number): string => String(number).padStart(8, '0');

/** The first shard is where all stood once. */
const sharded = (pk: string, shard: number): string => (shard === 0 ? pk : `${pk}#${shard}`);

export const keys = {
  apiKey: (keyId: string): Key => ({ pk: 'KEYS', sk: `KEY#${keyId}` }),
  /** Of a month, as in `2026-01`: the trail of changes. */
  auditRecord: (month: string, auditId: string): Key => ({ pk: `AUDIT#${month}`, sk: `${auditPrefix}${auditId}` }),
  auditRecords: (month: string): Listing => ({ pk: `AUDIT#${month}`, prefix: auditPrefix }),

  /** The OIDC issuer as it last described itself. */
  oidcIssuer: (): Key => ({ pk: 'OIDC', sk: 'ISSUER' }),
  apiKeys: (): Listing => ({ pk: 'KEYS', prefix: 'KEY#' }),

  project: (project: string): Key => ({ pk: 'PROJECTS', sk: `PROJECT#${project}` }),
  projects: (): Listing => ({ pk: 'PROJECTS', prefix: 'PROJECT#' }),
  projectDeletion: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'DELETION' }),
  thresholds: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'THRESHOLDS' }),
  budgets: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'BUDGETS' }),
  /** Which profile the project goes by. */
  profileChoice: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'PROFILE' }),
  /** The databases that were registered for the project. */
  databases: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'DATABASES' }),
  /** When the project's service was deployed. */
  deployments: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'DEPLOYMENTS' }),
  /** What the project's services are to follow. */
  liveSettings: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'LIVESETTINGS' }),

  /** Makes a repeated `POST` lead to the same work. */
  idempotency: (scope: string, digest: string): Key => ({ pk: `IDEMPOTENCY#${scope}#${digest}`, sk: 'REQUEST' }),

  /** Of a minute, divided by instances: a thousand of them write at the same moment. */
  telemetryBatch: (
    { project, minute, shard }: { project: string; minute: string; shard: number },
    { instance, sequence, part }: { instance: string; sequence: number; part: number },
  ): Key => ({
    pk: `TELEMETRY#${project}#${minute}#${shard}`,
    sk: `BATCH#${instance}#${padded(sequence)}#${part}`,
  }),
  /** What an OpenTelemetry SDK's running totals had come to. */
  otlpSeries: (project: string, instance: string): Key => ({ pk: `OTLP#${project}#${instance}`, sk: 'SERIES' }),
  /** Which of the signals of an OpenTelemetry SDK count its requests. */
  otlpCoverage: (project: string, instance: string): Key => ({ pk: `OTLP#${project}#${instance}`, sk: 'COVERAGE' }),
  otlpErasure: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'OTLPERASURE' }),
  /** What hashes of users and addresses are made with. */
  telemetryPseudonyms: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'PSEUDONYMS' }),
  telemetryMinute: (project: string, minute: string, shard: number): Listing => ({
    pk: `TELEMETRY#${project}#${minute}#${shard}`,
    prefix: 'BATCH#',
  }),
  /** @param span of the partition: a day of minutes, a month of hours, a year of days */
  telemetryRollup: (project: string, level: string, span: string, start: string): Key => ({
    pk: `TELEMETRYROLLUPS#${project}#${level}#${span}`,
    sk: `ROLLUP#${start}`,
  }),
  telemetryRollups: (project: string, level: string, span: string): Listing => ({
    pk: `TELEMETRYROLLUPS#${project}#${level}#${span}`,
    prefix: 'ROLLUP#',
  }),
  telemetryRollupDetails: (project: string, level: string, start: string, version: string): Key => ({
    pk: `TELEMETRYROLLUP#${project}#${level}#${start}`,
    sk: `DETAILS#${version}`,
  }),
  /** What is to be drawn anew, in the order of when that is due. */
  telemetryDue: (shard: number, due: string, project: string, level: string, start: string): Key => ({
    pk: `TELEMETRYDUE#${shard}`,
    sk: `DUE#${due}#${project}#${level}#${start}`,
  }),
  telemetryDues: (shard: number): Listing => ({ pk: `TELEMETRYDUE#${shard}`, prefix: 'DUE#' }),
  telemetryErasure: (project: string): Key => ({ pk: 'TELEMETRYERASURES', sk: `PROJECT#${project}` }),
  telemetryErasures: (): Listing => ({ pk: 'TELEMETRYERASURES', prefix: 'PROJECT#' }),

  /** What CloudWatch said last of a project's resources, for a range of so many minutes. */
  awsFigures: (project: string, minutes: number): Key => ({ pk: `PROJECT#${project}#AWS`, sk: `FIGURES#${minutes}` }),
  /** What a project asked of CloudWatch on a UTC day. */
  awsUsage: (project: string, day: string): Key => ({ pk: `PROJECT#${project}#AWS`, sk: `USAGE#${day}` }),

  loadTest: (project: string, testId: string): Key => ({ pk: `PROJECT#${project}#LOADTESTS`, sk: `TEST#${testId}` }),
  loadTests: (project: string): Listing => ({ pk: `PROJECT#${project}#LOADTESTS`, prefix: 'TEST#' }),
  loadRequest: (testId: string): Key => ({ pk: `LOADTEST#${testId}`, sk: 'REQUEST' }),
  /** What the controller has added up so far. */
  loadFold: (testId: string): Key => ({ pk: `LOADTEST#${testId}`, sk: 'FOLD' }),
  /** What is shown of it. */
  loadResult: (testId: string): Key => ({ pk: `LOADTEST#${testId}`, sk: 'RESULT' }),
  /** Each invocation that works on a shard has an item of its own, which it alone writes. */
  loadShard: (testId: string, shard: number, generation: number): Key => ({
    pk: `LOADTEST#${testId}`,
    sk: `SHARD#${padded(shard)}#${padded(generation)}`,
  }),
  loadShards: (testId: string): Listing => ({ pk: `LOADTEST#${testId}`, prefix: 'SHARD#' }),
  loadInterval: (
    testId: string,
    { step, interval, shard, generation }: { step: number; interval: number; shard: number; generation: number },
  ): Key => ({
    pk: `LOADTEST#${testId}#INTERVALS`,
    sk: `STEP#${padded(step)}#${padded(interval)}#${padded(shard)}#${padded(generation)}`,
  }),
  /** In the order of their intervals. */
  loadIntervals: (testId: string, step: number): Listing => ({
    pk: `LOADTEST#${testId}#INTERVALS`,
    prefix: `STEP#${padded(step)}#`,
  }),
  /** The sort key after which the intervals of a step from this one on stand. */
  beforeLoadInterval: (step: number, interval: number): string => `STEP#${padded(step)}#${padded(interval)}`,
  loadQuota: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'LOADQUOTA' }),
  /** Requests of each test of a UTC day. */
  loadUsage: (project: string, day: string, testId: string): Key => ({
    pk: `PROJECT#${project}#LOADUSAGE#${day}`,
    sk: `TEST#${testId}`,
  }),
  loadUsages: (project: string, day: string): Listing => ({
    pk: `PROJECT#${project}#LOADUSAGE#${day}`,
    prefix: 'TEST#',
  }),
  comparison: (comparisonId: string): Key => ({ pk: 'COMPARISONS', sk: `COMPARISON#${comparisonId}` }),
  comparisons: (): Listing => ({ pk: 'COMPARISONS', prefix: 'COMPARISON#' }),

  analysis: (project: string, analysisId: string): Key => ({
    pk: `PROJECT#${project}#ANALYSES`,
    sk: `ANALYSIS#${analysisId}`,
  }),
  analyses: (project: string): Listing => ({ pk: `PROJECT#${project}#ANALYSES`, prefix: 'ANALYSIS#' }),
  /** What a step of an analysis found beyond the last minutes. */
  analysisPart: (analysisId: string, step: string): Key => ({ pk: `ANALYSIS#${analysisId}`, sk: `PART#${step}` }),

  optimizationRun: (project: string, runId: string): Key => ({
    pk: `PROJECT#${project}#OPTIMIZATIONRUNS`,
    sk: `RUN#${runId}`,
  }),
  optimizationRuns: (project: string): Listing => ({ pk: `PROJECT#${project}#OPTIMIZATIONRUNS`, prefix: 'RUN#' }),
  /** What was measured in a round of one optimization of a run. */
  optimizationRound: (runId: string, unit: number, round: number): Key => ({
    pk: `OPTIMIZATIONRUN#${runId}`,
    sk: `ROUND#${padded(unit)}#${padded(round)}`,
  }),
  memorySweep: (project: string, sweepId: string): Key => ({
    pk: `PROJECT#${project}#MEMORYSWEEPS`,
    sk: `SWEEP#${sweepId}`,
  }),
  memorySweeps: (project: string): Listing => ({ pk: `PROJECT#${project}#MEMORYSWEEPS`, prefix: 'SWEEP#' }),
  /** Which run may change things of a project: one partition, so that those that nobody leads are found. */
  optimizationLock: (project: string): Key => ({ pk: 'OPTIMIZATIONLOCKS', sk: `PROJECT#${project}` }),
  optimizationLocks: (): Listing => ({ pk: 'OPTIMIZATIONLOCKS', prefix: 'PROJECT#' }),
  optimizationFreeze: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'OPTIMIZATIONFREEZE' }),
  optimizationFreezeOfAll: (): Key => ({ pk: 'OPTIMIZATIONFREEZE', sk: 'ALL' }),
  alert: (alertId: string): Key => ({ pk: 'ALERTS', sk: `ALERT#${alertId}` }),
  alerts: (): Listing => ({ pk: 'ALERTS', prefix: 'ALERT#' }),
  /** @param group a project, or `*`: the deployment */
  alertEntry: (group: string, alertId: string): Key => ({ pk: `PROJECT#${group}#ALERTS`, sk: `ALERT#${alertId}` }),
  alertEntries: (group: string): Listing => ({ pk: `PROJECT#${group}#ALERTS`, prefix: 'ALERT#' }),
  /** What alerts are about, and which of them is open. @param digest of what is not fit for a key */
  alertSubject: (group: string, type: string, digest: string): Key => ({
    pk: `PROJECT#${group}#ALERTSUBJECTS`,
    sk: `SUBJECT#${type}#${digest}`,
  }),
  alertSubjects: (group: string): Listing => ({ pk: `PROJECT#${group}#ALERTSUBJECTS`, prefix: 'SUBJECT#' }),
  alertSubjectsOf: (group: string, type: string): Listing => ({
    pk: `PROJECT#${group}#ALERTSUBJECTS`,
    prefix: `SUBJECT#${type}#`,
  }),
  /** Which projects an alarm of CloudWatch has told of. @param digest of its name */
  alarmAudience: (digest: string): Key => ({ pk: `ALARM#${digest}`, sk: 'AUDIENCE' }),
  /** Of all projects in one partition, so that those of projects that are no more are found. */
  cloudWatchAlarms: (project: string): Key => ({ pk: 'CLOUDWATCHALARMS', sk: `PROJECT#${project}` }),
  allCloudWatchAlarms: (): Listing => ({ pk: 'CLOUDWATCHALARMS', prefix: 'PROJECT#' }),
  /** What was announced last of a group's alerts, and when. */
  alertGroup: (group: string): Key => ({ pk: `PROJECT#${group}#NOTIFICATIONS`, sk: 'GROUP' }),
  notification: (group: string, sequence: number): Key => ({
    pk: `PROJECT#${group}#NOTIFICATIONS`,
    sk: `NOTIFICATION#${padded(sequence)}`,
  }),
  /** Where the notification of an id stands. */
  notificationEntry: (notificationId: string): Key => ({
    pk: 'NOTIFICATIONS',
    sk: `NOTIFICATION#${notificationId}`,
  }),
  notificationEntries: (): Listing => ({ pk: 'NOTIFICATIONS', prefix: 'NOTIFICATION#' }),
  /** Notifications that were given up at some channel once. */
  deadNotification: (notificationId: string): Key => ({
    pk: 'DEADNOTIFICATIONS',
    sk: `NOTIFICATION#${notificationId}`,
  }),
  deadNotifications: (): Listing => ({ pk: 'DEADNOTIFICATIONS', prefix: 'NOTIFICATION#' }),
  /** How a notification comes to a channel. */
  delivery: (notificationId: string, channelId: string): Key => ({
    pk: `NOTIFICATION#${notificationId}`,
    sk: `DELIVERY#${channelId}`,
  }),
  channel: (channelId: string): Key => ({ pk: 'CHANNELS', sk: `CHANNEL#${channelId}` }),
  channels: (): Listing => ({ pk: 'CHANNELS', prefix: 'CHANNEL#' }),
  /** How it goes with what is sent through a channel. */
  channelTrouble: (channelId: string): Key => ({ pk: `CHANNEL#${channelId}`, sk: 'TROUBLE' }),
  silence: (silenceId: string): Key => ({ pk: 'SILENCES', sk: `SILENCE#${silenceId}` }),
  silences: (): Listing => ({ pk: 'SILENCES', prefix: 'SILENCE#' }),
  /** What the last minutes were, and which was evaluated last. */
  alertEvaluation: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'ALERTEVALUATION' }),
  /** Which sources of alerts were looked at, and for when. */
  alertSources: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'ALERTSOURCES' }),

  profile: (profileId: string): Key => ({ pk: 'PROFILES', sk: `PROFILE#${profileId}` }),
  profiles: (): Listing => ({ pk: 'PROFILES', prefix: 'PROFILE#' }),

  check: (project: string, checkId: string): Key => ({ pk: `PROJECT#${project}#CHECKS`, sk: `CHECK#${checkId}` }),
  checks: (project: string): Listing => ({ pk: `PROJECT#${project}#CHECKS`, prefix: 'CHECK#' }),

  schedule: (project: string): Key => ({ pk: `PROJECT#${project}`, sk: 'SCHEDULE' }),
  /** What is to run by a schedule, in the order of when. */
  scheduleDue: (shard: number, at: string, project: string, entryId: string, generation: string): Key => ({
    pk: `SCHEDULEDUE#${shard}`,
    sk: `DUE#${at}#${project}#${entryId}#${generation}`,
  }),
  scheduleDues: (shard: number): Listing => ({ pk: `SCHEDULEDUE#${shard}`, prefix: 'DUE#' }),
  /** Which run of an entry was begun last. */
  lastScheduledRun: (project: string, entryId: string): Key => ({
    pk: `PROJECT#${project}`,
    sk: `SCHEDULELASTRUN#${entryId}`,
  }),
  /** Runs of the pipeline that are not over, so that those that nobody leads are found. */
  openPipeline: (checkId: string): Key => ({ pk: 'OPENPIPELINES', sk: `RUN#${checkId}` }),
  openPipelines: (): Listing => ({ pk: 'OPENPIPELINES', prefix: 'RUN#' }),
  /** What a run of the pipeline came to, as a whole. */
  pipelineReport: (checkId: string): Key => ({ pk: `CHECK#${checkId}`, sk: 'REPORT' }),

  cachePolicy: (namespace: string): Key => ({ pk: `CACHE#${namespace}`, sk: 'POLICY' }),
  /** What a process that serves the namespace has counted. */
  cacheReport: (namespace: string, process: string): Key => ({ pk: `CACHE#${namespace}`, sk: `REPORT#${process}` }),
  cacheReports: (namespace: string): Listing => ({ pk: `CACHE#${namespace}`, prefix: 'REPORT#' }),
  /** Namespaces that something was stored in. */
  cacheNamespace: (namespace: string): Key => ({ pk: 'CACHES', sk: `CACHE#${namespace}` }),
  cacheNamespaces: (): Listing => ({ pk: 'CACHES', prefix: 'CACHE#' }),
  /** What invalidations left to remove: while there is something, and when there is no more. */
  cacheRest: (taskId: string): Key => ({ pk: 'CACHERESTS', sk: `REST#${taskId}` }),
  cacheRests: (): Listing => ({ pk: 'CACHERESTS', prefix: 'REST#' }),
  cacheRestDone: (taskId: string): Key => ({ pk: `CACHEREST#${taskId}`, sk: 'DONE' }),
  /** Work on a namespace that was asked for, and what it came to. */
  cacheUpkeep: (namespace: string, work: string): Key => ({ pk: 'CACHEUPKEEP', sk: `WORK#${namespace}#${work}` }),
  cacheUpkeeps: (): Listing => ({ pk: 'CACHEUPKEEP', prefix: 'WORK#' }),

  /** What a part of Headroom said of itself last. */
  partReport: (part: string): Key => ({ pk: 'PARTREPORTS', sk: `PART#${part}` }),
  partReports: (): Listing => ({ pk: 'PARTREPORTS', prefix: 'PART#' }),
  /** The message by which Headroom checks itself. */
  canary: (): Key => ({ pk: 'CANARY', sk: 'MESSAGE' }),

  /** Of all projects, divided by their ids: each may be large, and is written several times. */
  task: (shard: number, taskId: string): Key => ({ pk: sharded('TASKS', shard), sk: `TASK#${taskId}` }),
  tasks: (shard: number): Listing => ({ pk: sharded('TASKS', shard), prefix: 'TASK#' }),
  /** Those that are not over. */
  openTask: (shard: number, taskId: string): Key => ({ pk: sharded('OPENTASKS', shard), sk: `TASK#${taskId}` }),
  openTasks: (shard: number): Listing => ({ pk: sharded('OPENTASKS', shard), prefix: 'TASK#' }),
  /** Which tasks of a type and a priority are being carried out. */
  taskPlaces: (type: string, priority: string): Key => ({ pk: 'TASKPLACES', sk: `PLACES#${type}#${priority}` }),
  allTaskPlaces: (): Listing => ({ pk: 'TASKPLACES', prefix: 'PLACES#' }),
  /** When the worker of a task was heard of. */
  taskBeat: (taskId: string): Key => ({ pk: `TASK#${taskId}`, sk: 'BEAT' }),
  taskOutput: (taskId: string): Key => ({ pk: `TASK#${taskId}`, sk: 'OUTPUT' }),
} as const;
