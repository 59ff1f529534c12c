import type { FunctionDefinition } from './function-definition.ts';
import { queueNames } from './messages.ts';

/**
 * The functions of the platform, and all that the stack, the local runtime and the functions' own configuration need
 * to know of them. Who may touch what is said here once: the stack turns it into grants and environment together, the
 * local runtime into the same environment.
 */

/** What decides whether a load test may start, and with how many workers. */
const settingsOfFleet = [
  'HEADROOM_STAGE',
  'HEADROOM_PRIVATE_TARGETS',
  'HEADROOM_LOAD_WORKERS',
  'HEADROOM_TESTING_POLICY',
] as const;

/** What most functions have in common. */
const usual = {
  network: 'public',
  recursion: 'terminate',
  host: 'thread',
  tables: { history: 'readWrite' },
  sends: [],
  settings: ['HEADROOM_STAGE'],
} as const satisfies Partial<FunctionDefinition>;

const api = {
  ...usual,
  memoryMb: 512,
  timeoutSeconds: 29,
  trigger: { kind: 'http' },
} as const satisfies Partial<FunctionDefinition>;

/** Alike but for their queues: what they are told apart by is whose turn it is. */
const ofTasks = {
  ...usual,
  memoryMb: 1769,
  timeoutSeconds: 300,
  // What must wait, or is tried again, is sent to the queue anew; attempts and a task's time are bounded.
  recursion: 'allow',
  sends: ['tasks-high', 'tasks', 'tasks-low', 'analyses', 'checks', 'load-control'],
  readsAccountLimits: true,
  settings: settingsOfFleet,
} as const satisfies Partial<FunctionDefinition>;

/** Redis stands in subnets without a way out, and so do those who use it. */
const ofCaches = {
  network: 'isolated',
  tables: { history: 'readWrite', cache: 'readWrite' },
  redis: true,
} as const satisfies Partial<FunctionDefinition>;

/** PostgreSQL's grammar, beside every function that reads its SQL. */
export const grammarAssets = ['node_modules/libpg-query/wasm/libpg-query.wasm'] as const;

export const functions = {
  'platform-api': {
    ...api,
    entry: 'functions/platform-api.ts',
    description: 'Health, status, documentation and API keys',
    allQueues: 'count',
    readsMetrics: 'own-account',
    assets: ['node_modules/swagger-ui-dist/swagger-ui-bundle.js', 'node_modules/swagger-ui-dist/swagger-ui.css'],
  },
  dashboard: {
    ...api,
    entry: 'functions/dashboard.ts',
    description: 'Gives browsers the dashboard, which asks the API for all that it shows',
    site: 'lib/dashboard/main.tsx',
    tables: { history: 'read' },
  },
  'projects-api': {
    ...api,
    entry: 'functions/projects-api.ts',
    description: 'Projects, their thresholds and the verification of their targets',
    sends: ['alerts'],
    settings: ['HEADROOM_STAGE', 'HEADROOM_PRIVATE_TARGETS'],
  },
  'telemetry-api': {
    ...api,
    entry: 'functions/telemetry-api.ts',
    description: 'Takes telemetry from services and answers for it',
    // A whole processor: what a thousand instances said in the minutes that were not drawn yet is merged while somebody waits.
    memoryMb: 1769,
  },
  'telemetry-rollup': {
    ...usual,
    entry: 'functions/telemetry-rollup.ts',
    description: 'Each minute: draws minutes, hours and days from what services reported, and erases what is to go',
    // Of a thousand instances, a minute has six thousand windows.
    memoryMb: 1769,
    timeoutSeconds: 59,
    trigger: { kind: 'schedule', everyMinutes: 1 },
  },
  'aws-api': {
    ...api,
    entry: 'functions/aws-api.ts',
    description: "Tells what CloudWatch has of a project's resources",
    readsMetrics: 'all-accounts',
  },
  'cache-api': {
    ...api,
    ...ofCaches,
    entry: 'functions/cache-api.ts',
    description: 'The tiered cache over HTTP',
    memoryMb: 1769,
    settings: ['HEADROOM_STAGE', 'HEADROOM_PRIVATE_TARGETS'],
  },
  'cache-maintenance': {
    ...usual,
    ...ofCaches,
    entry: 'functions/cache-maintenance.ts',
    description: 'Each minute: removes what invalidations left, and what expired left behind',
    memoryMb: 512,
    timeoutSeconds: 55,
    trigger: { kind: 'schedule', everyMinutes: 1 },
  },
  'load-api': {
    ...api,
    entry: 'functions/load-api.ts',
    description: 'Starts, shows and cancels load tests',
    pages: ['lib/load/report/page/report.ts'],
    sends: ['load-control'],
    readsAccountLimits: true,
    settings: settingsOfFleet,
  },
  'load-controller': {
    ...usual,
    entry: 'functions/load-controller.ts',
    description: 'Leads a load test from its start to its summary',
    memoryMb: 1024,
    timeoutSeconds: 60,
    trigger: { kind: 'queue', queue: 'load-control', batchSize: 1 },
    recursion: 'allow',
    sends: ['load-control', 'load-work', 'load-scripts'],
    invokes: ['load-worker', 'artillery-worker'],
  },
  'load-worker': {
    ...usual,
    entry: 'functions/load-worker.ts',
    description: 'Sends the requests of one shard of a load test',
    memoryMb: 1769,
    timeoutSeconds: 900,
    trigger: { kind: 'queue', queue: 'load-work', batchSize: 1 },
    host: 'process',
    // A shard is handed from one invocation to the next.
    recursion: 'allow',
    sends: ['load-work'],
    settings: ['HEADROOM_STAGE', 'HEADROOM_PRIVATE_TARGETS'],
  },
  'artillery-worker': {
    ...usual,
    entry: 'functions/artillery-worker.ts',
    threads: ['lib/load/artillery/thread.ts'],
    description: "Plays one shard of a user's Artillery script",
    memoryMb: 3008,
    timeoutSeconds: 900,
    trigger: { kind: 'queue', queue: 'load-scripts', batchSize: 1 },
    host: 'process',
    recursion: 'allow',
    sends: ['load-scripts'],
    settings: ['HEADROOM_STAGE', 'HEADROOM_PRIVATE_TARGETS'],
  },
  'analysis-api': {
    ...api,
    entry: 'functions/analysis-api.ts',
    description: 'Analyses a project, its history and its load tests, and sums it up',
    // A view of a year reads hundreds of rollups, and computes on them.
    memoryMb: 1769,
    sends: ['analyses'],
  },
  'analysis-worker': {
    ...usual,
    entry: 'functions/analysis-worker.ts',
    description: 'Leads a deep analysis through its steps',
    memoryMb: 1769,
    timeoutSeconds: 120,
    trigger: { kind: 'queue', queue: 'analyses', batchSize: 1, maxConcurrency: 10 },
    recursion: 'allow',
    sends: ['analyses'],
    readsMetrics: 'all-accounts',
    assets: grammarAssets,
  },
  'queries-api': {
    ...api,
    entry: 'functions/queries-api.ts',
    threads: ['lib/queries/planner/thread.ts'],
    description: 'Analyses queries, with a planner of PostgreSQL in memory',
    memoryMb: 1769,
    host: 'process',
    tables: { history: 'read' },
    assets: [
      ...grammarAssets,
      'lib/queries/planner/cluster.tar.zst',
      'node_modules/@electric-sql/pglite/dist/pglite.wasm',
      'node_modules/@electric-sql/pglite/dist/pglite.data',
      'node_modules/@electric-sql/pglite/dist/initdb.wasm',
    ],
  },
  'optimization-api': {
    ...api,
    entry: 'functions/optimization-api.ts',
    description: 'Optimizations: what is available, what runs, and the live settings of services',
    memoryMb: 1769,
    sends: ['optimizations'],
    readsAccountLimits: true,
    readsMetrics: 'all-accounts',
    readsConfiguration: true,
    readsSecrets: true,
    assets: grammarAssets,
    settings: [...settingsOfFleet, 'HEADROOM_LOCAL_DATABASES'],
  },
  'optimization-worker': {
    ...usual,
    entry: 'functions/optimization-worker.ts',
    description: 'Leads a run of optimizations through its changes, and measures each',
    memoryMb: 1769,
    // What it changes must be in force before it goes on, which takes AWS minutes.
    timeoutSeconds: 300,
    trigger: { kind: 'queue', queue: 'optimizations', batchSize: 1, maxConcurrency: 10 },
    recursion: 'allow',
    sends: ['optimizations', 'load-control'],
    readsAccountLimits: true,
    readsMetrics: 'all-accounts',
    readsConfiguration: true,
    readsSecrets: true,
    changesResources: true,
    assets: grammarAssets,
    settings: [...settingsOfFleet, 'HEADROOM_LOCAL_DATABASES'],
  },
  'alerts-api': {
    ...api,
    entry: 'functions/alerts-api.ts',
    description: 'Lists alerts, takes what somebody does about them, and keeps the channels that they are told through',
    sends: ['alerts', 'notifications'],
    notifies: true,
    makesAlarms: true,
    settings: ['HEADROOM_STAGE', 'HEADROOM_PRIVATE_TARGETS'],
  },
  'alert-evaluator': {
    ...usual,
    entry: 'functions/alert-evaluator.ts',
    description:
      'Each minute: has every project held against its thresholds, and keeps its CloudWatch alarms as they are',
    memoryMb: 256,
    timeoutSeconds: 55,
    trigger: { kind: 'schedule', everyMinutes: 1 },
    sends: ['alerts'],
    makesAlarms: true,
  },
  'alert-worker': {
    ...usual,
    entry: 'functions/alert-worker.ts',
    description: 'Holds a project against its thresholds, and announces what there is to announce',
    // The newest minutes of a thousand instances are merged here.
    memoryMb: 1769,
    timeoutSeconds: 60,
    trigger: { kind: 'queue', queue: 'alerts', batchSize: 1, maxConcurrency: 10 },
    // What is announced too early is put off.
    recursion: 'allow',
    sends: ['alerts', 'notifications'],
  },
  notifier: {
    ...usual,
    entry: 'functions/notifier.ts',
    description: 'Brings notifications of alerts to channels, and tries again where one fails',
    memoryMb: 512,
    timeoutSeconds: 60,
    // One at a time: a receiver that stalls keeps nothing but its own waiting.
    trigger: { kind: 'queue', queue: 'notifications', batchSize: 1, maxConcurrency: 20 },
    // What cannot be delivered is put off.
    recursion: 'allow',
    sends: ['notifications'],
    notifies: true,
    settings: ['HEADROOM_STAGE', 'HEADROOM_PRIVATE_TARGETS'],
  },
  'alarm-receiver': {
    ...usual,
    entry: 'functions/alarm-receiver.ts',
    description: 'Turns CloudWatch alarm notifications into alerts',
    memoryMb: 256,
    timeoutSeconds: 30,
    trigger: { kind: 'topic', topic: 'alarms' },
    sends: ['alerts'],
    readsMetrics: 'own-account',
  },
  'checks-api': {
    ...api,
    entry: 'functions/checks-api.ts',
    description: 'Starts and shows checks, and keeps the schedules of projects',
    pages: ['lib/checks/report/page/report.ts'],
    sends: ['checks'],
    readsAccountLimits: true,
    settings: settingsOfFleet,
  },
  'check-controller': {
    ...usual,
    entry: 'functions/check-controller.ts',
    description: 'Leads a check, or a run of the pipeline, through its steps',
    // Plans optimizations, and merges the telemetry of a day.
    memoryMb: 1769,
    timeoutSeconds: 120,
    trigger: { kind: 'queue', queue: 'checks', batchSize: 1 },
    recursion: 'allow',
    sends: ['checks', 'load-control', 'alerts', 'optimizations'],
    readsAccountLimits: true,
    readsMetrics: 'all-accounts',
    readsConfiguration: true,
    readsSecrets: true,
    assets: grammarAssets,
    settings: [...settingsOfFleet, 'HEADROOM_LOCAL_DATABASES'],
  },
  'tasks-api': {
    ...api,
    entry: 'functions/tasks-api.ts',
    description: 'Takes background tasks, shows them, and what became of messages that could not be handled',
    sends: ['tasks-high', 'tasks', 'tasks-low'],
    allQueues: 'operate',
    settings: ['HEADROOM_STAGE', 'HEADROOM_PRIVATE_TARGETS'],
  },
  'task-worker-high': {
    ...ofTasks,
    entry: 'functions/task-worker-high.ts',
    description: 'Carries out background tasks of high priority',
    trigger: { kind: 'queue', queue: 'tasks-high', batchSize: 1, maxConcurrency: 10 },
  },
  'task-worker': {
    ...ofTasks,
    entry: 'functions/task-worker.ts',
    description: 'Carries out background tasks of normal priority',
    trigger: { kind: 'queue', queue: 'tasks', batchSize: 1, maxConcurrency: 10 },
  },
  'task-worker-low': {
    ...ofTasks,
    entry: 'functions/task-worker-low.ts',
    description: 'Carries out background tasks of low priority',
    trigger: { kind: 'queue', queue: 'tasks-low', batchSize: 1, maxConcurrency: 5 },
  },
  tick: {
    ...usual,
    entry: 'functions/tick.ts',
    description:
      'Each minute: starts what is due by a schedule, relays what the outbox holds, wakes runs that nobody leads',
    memoryMb: 512,
    timeoutSeconds: 55,
    trigger: { kind: 'schedule', everyMinutes: 1 },
    tables: { history: 'readWrite', outbox: 'read' },
    sends: queueNames,
    settings: ['HEADROOM_STAGE', 'HEADROOM_OIDC'],
  },
} as const satisfies Record<string, FunctionDefinition>;

export type FunctionName = keyof typeof functions;
export const functionNames = Object.keys(functions) as FunctionName[];
export const functionDefinition = (name: FunctionName): FunctionDefinition<FunctionName> => functions[name];

/** Another function invokes it by name, beside what triggers it. */
export const isInvoked = (name: FunctionName): boolean =>
  functionNames.some((one) => functionDefinition(one).invokes?.includes(name));

/** Where a stage's own metrics stand in CloudWatch: their one dimension, the function, is the same in every stage. */
export const metricsNamespace = (stage: string): string => `Headroom/${stage}`;
